//! 机关 Keys of the authorities, which the dump knows by name only.

use std::collections::HashMap;
use std::sync::LazyLock;

use entities::DatabaseError;
use entities::bulk::{Keys, Session};
use entities::reference::authority::Model;
use rules::region::{self, Region, RegionCode};

/// The authorities of the register and those that the dump adds.
pub struct Authorities {
    ids: HashMap<String, i64>,
    next_id: i64,
    added: Vec<Model>,
}

impl Authorities {
    /// Reads those of the register.
    pub async fn load(session: &mut Session) -> Result<Self, DatabaseError> {
        let next_id = session.largest_id("authorities").await? + 1;
        let mut ids = HashMap::new();
        for row in session.query("SELECT name, id FROM authorities", Keys::None).await? {
            ids.insert(row.try_get("", "name")?, row.try_get("", "id")?);
        }
        Ok(Self { ids, next_id, added: Vec::new() })
    }

    /// The key of a name; a new name gets the next one.
    pub fn id(&mut self, name: &str) -> i64 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.ids.insert(name.to_owned(), id);
        let region_code = region_of(name).map(|code| code.get().cast_signed());
        self.added.push(Model { id, name: name.to_owned(), region_code });
        id
    }

    /// Those added since the last call, to be written before the rows that name them are kept.
    pub fn take_added(&mut self) -> Vec<Model> {
        std::mem::take(&mut self.added)
    }
}

/// Beginnings of an authority's name and the division that each means, `None` if it means several:
/// `长安区` lies in 西安 and in 石家庄, `西安市长安区` does not.
static BEGINNINGS: LazyLock<HashMap<String, Option<RegionCode>>> = LazyLock::new(|| {
    let mut beginnings = HashMap::new();
    for division in region::all() {
        for name in names(division) {
            let meaning = beginnings.entry(name).or_insert(Some(division.code));
            *meaning = meaning.filter(|code| *code == division.code);
        }
    }
    beginnings
});

/// How an office writes a division: alone, after its prefecture, after its province.
fn names(division: &Region) -> Vec<String> {
    let parent = division.code.parent().and_then(region::find);
    let after_parent = parent.map(|parent| format!("{}{}", parent.name, division.name));
    let mut names = vec![division.name.to_owned(), division.full_name.clone()];
    names.extend(after_parent);
    names.sort_unstable();
    names.dedup();
    names
}

/// 管辖区划 The division that the longest beginning of a name means without doubt.
fn region_of(name: &str) -> Option<RegionCode> {
    let ends = name.char_indices().map(|(start, c)| start + c.len_utf8());
    let longest = ends.rev().find_map(|end| BEGINNINGS.get(&name[..end]));
    longest.copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_division_only_without_doubt() {
        let code = |name| region_of(name).map(RegionCode::get);
        assert_eq!(code("旬邑县市场监督管理局"), Some(610429));
        assert_eq!(code("陕西省市场监督管理局"), Some(610000));
        assert_eq!(code("西安市市场监督管理局"), Some(610100));
        assert_eq!(code("西安市长安区行政审批服务局"), Some(610116));
        assert_eq!(code("陕西省西安市长安区行政审批服务局"), Some(610116));
        assert_eq!(code("长安区行政审批服务局"), None);
        assert_eq!(code("国家市场监督管理总局"), None);
        assert_eq!(code(""), None);
    }
}
