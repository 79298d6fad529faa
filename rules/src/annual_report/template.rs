//! Messages with placeholders: `资产总额为{total_assets}万元`.

/// Placeholders of rules that look at fields one by one.
pub(super) const OF_FIELD: &[&str] = &["text", "label", "unit", "last", "corrected"];

/// A message taken apart.
#[derive(Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Words(String),
    Name(String),
}

impl Template {
    /// Takes a message apart.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((words, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| format!("no end of a placeholder in {text}"))?;
            pieces.push(Piece::Words(words.to_owned()));
            pieces.push(Piece::Name(name.to_owned()));
            rest = after;
        }
        if rest.contains('}') {
            return Err(format!("no beginning of a placeholder in {text}"));
        }
        pieces.push(Piece::Words(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// Names of the placeholders.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            Piece::Words(_) => None,
        })
    }

    /// The message with every placeholder replaced.
    pub(crate) fn fill<'a>(&'a self, mut value: impl FnMut(&'a str) -> String) -> String {
        let words = |piece: &'a Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Name(name) => value(name),
        };
        self.0.iter().map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced() {
        let template = Template::parse("{a}和{b}，{a}").expect("a message");
        assert_eq!(template.names().collect::<Vec<_>>(), ["a", "b", "a"]);
        assert_eq!(template.fill(|name| format!("<{name}>")), "<a>和<b>，<a>");
        assert_eq!(Template::parse("无").expect("a message").fill(str::to_owned), "无");
    }

    #[test]
    fn half_a_placeholder_is_refused() {
        assert!(Template::parse("{a").is_err() && Template::parse("a}").is_err());
    }
}
