//! 字段权限 The class of every field, and the act that a field needs: `access.toml`, read once.
//!
//! A field that is not in the table is given to nobody. `access.txt` is the golden copy of what the
//! table means for each role.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use rules::access::{Act, FieldClass, Reach, Role, rights};
use serde::Deserialize;

/// 字段要求 What a field asks of its viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// 类别 How far it may be seen.
    Class(FieldClass),
    /// 操作 What has to be allowed.
    Act(Act),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    /// Type, then class, then names of fields.
    class: HashMap<String, HashMap<FieldClass, Vec<String>>>,
    /// Type, then act, then names of fields.
    act: HashMap<String, HashMap<Act, Vec<String>>>,
}

/// 权限表 Policies by type and field.
pub struct Table {
    policies: HashMap<(String, String), Policy>,
    /// Fields that have two policies, and faults of the file.
    faults: Vec<String>,
}

/// The table in force.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../access.toml")));

impl Table {
    /// Reads a table; what is wrong with it is among its faults.
    pub fn read(text: &str) -> Self {
        let mut table = Self { policies: HashMap::new(), faults: Vec::new() };
        match toml::from_str::<Lists>(text) {
            Ok(lists) => {
                for (ty, classes) in lists.class {
                    classes.into_iter().for_each(|(class, fields)| table.add(&ty, Policy::Class(class), fields));
                }
                for (ty, acts) in lists.act {
                    acts.into_iter().for_each(|(act, fields)| table.add(&ty, Policy::Act(act), fields));
                }
            }
            Err(error) => table.faults.push(error.to_string()),
        }
        table
    }

    fn add(&mut self, ty: &str, policy: Policy, fields: Vec<String>) {
        for field in fields {
            let key = (ty.to_owned(), field);
            if self.policies.contains_key(&key) {
                self.faults.push(format!("{}.{} has two policies", key.0, key.1));
            }
            self.policies.insert(key, policy);
        }
    }

    /// What a field asks; `None` for a field that has no policy.
    pub fn policy(&self, ty: &str, field: &str) -> Option<Policy> {
        // Every type has it, and it tells nothing that the document does not.
        if field == "__typename" {
            return Some(Policy::Class(FieldClass::Public));
        }
        self.policies.get(&(ty.to_owned(), field.to_owned())).copied()
    }

    /// Faults of the file; there must be none.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Every field that has a policy.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.policies.keys().map(|(ty, field)| (ty.as_str(), field.as_str()))
    }

    /// 权限矩阵 What each role may do with each field, as a table that can be read.
    ///
    /// `y` yes, `-` no, `m` masked, `r` masked but can be revealed, `j` in the jurisdiction, `o` of the
    /// own enterprise.
    pub fn matrix(&self) -> String {
        let mut fields: Vec<_> = self.policies.iter().collect();
        fields.sort_by_key(|(key, _)| *key);
        let mut text = String::from("# Who may see and do what: one line a field, one column a role.\n");
        text.push_str(
            "# y yes, - no, j in the jurisdiction, o of the own enterprise, m masked, r masked, can be revealed\n#\n",
        );
        for (index, role) in Role::ALL.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "# {:2} {:22} {}", index + 1, role.code(), role.term());
        }
        let _ = writeln!(text, "\n{:56} {:28} {}", "field", "needs", columns(|index| format!("{:2}", index + 1)));
        for ((ty, field), policy) in fields {
            let needs = match policy {
                Policy::Class(class) => class.code(),
                Policy::Act(act) => act.code(),
            };
            let cells = columns(|index| format!("{:>2}", cell(*policy, Role::ALL[index])));
            let _ = writeln!(text, "{:56} {needs:28} {cells}", format!("{ty}.{field}"));
        }
        text
    }
}

fn columns(cell: impl Fn(usize) -> String) -> String {
    (0..Role::ALL.len()).map(cell).collect::<Vec<_>>().join(" ")
}

fn cell(policy: Policy, role: Role) -> char {
    let line = rights(role);
    let reach = |reach: Reach| match reach {
        Reach::Nowhere => '-',
        Reach::Own => 'o',
        Reach::Jurisdiction => 'j',
        Reach::Everywhere => 'y',
    };
    match policy {
        Policy::Class(FieldClass::Public) => 'y',
        Policy::Class(FieldClass::Internal) => reach(line.internal),
        Policy::Class(FieldClass::Personal) if line.personal == Reach::Nowhere => 'm',
        Policy::Class(FieldClass::Personal) => 'r',
        Policy::Class(FieldClass::Sensitive) if line.sensitive == Reach::Nowhere => '-',
        Policy::Class(FieldClass::Sensitive) => 'r',
        Policy::Act(act) if line.acts.contains(&act) => 'y',
        Policy::Act(_) => '-',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ACCESS-6: whatever is added to take many records out asks for the second factor as well.
    #[test]
    fn every_mutation_that_exports_asks_for_the_second_factor() {
        let exports: Vec<&str> = TABLE
            .fields()
            .filter_map(|(ty, field)| (ty == "Mutation" && field.starts_with("export")).then_some(field))
            .collect();
        assert!(exports.len() > 1, "{exports:?}");
        for field in exports {
            let policy = TABLE.policy("Mutation", field);
            assert!(matches!(policy, Some(Policy::Act(act)) if act.needs_fresh_factor()), "{field}: {policy:?}");
        }
    }
}
