//! 最小单元 Which cells of a table are hidden, so that nobody learns what one or two enterprises reported: the
//! small ones, and as many more that none of them can be computed from the sums of its line.

use std::collections::BTreeMap;

/// Cells of fewer reports could tell of one enterprise.
pub const SMALLEST: u64 = 3;

/// Whether each cell is hidden. A cell has its place, one value a dimension, and how many reports stand in it.
///
/// Sums along every dimension are believed to be known: by a question with one dimension less. Whenever a single
/// cell of a line is hidden, the smallest other one of the line is hidden, too, until there is no such line.
pub fn suppress(cells: &[(Vec<String>, u64)]) -> Vec<bool> {
    let mut hidden: Vec<bool> = cells.iter().map(|(_, count)| *count < SMALLEST).collect();
    let lines = lines(cells);
    let mut lines_of: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for (line, places) in lines.iter().enumerate() {
        places.iter().for_each(|place| lines_of[*place].push(line));
    }
    loop {
        let before = hidden.iter().filter(|hidden| **hidden).count();
        for line in &lines {
            if let Some(place) = one_more(cells, &hidden, line, |place| singles(&lines, &lines_of[place], &hidden)) {
                hidden[place] = true;
            }
        }
        if hidden.iter().filter(|hidden| **hidden).count() == before {
            return hidden;
        }
    }
}

/// In how many of these lines a single cell is hidden.
fn singles(lines: &[Vec<usize>], of: &[usize], hidden: &[bool]) -> usize {
    of.iter().filter(|line| is_single(&lines[**line], hidden)).count()
}

fn is_single(line: &[usize], hidden: &[bool]) -> bool {
    line.iter().filter(|place| hidden[**place]).count() == 1
}

/// The cells that differ in one dimension only, for each dimension.
fn lines(cells: &[(Vec<String>, u64)]) -> Vec<Vec<usize>> {
    let dimensions = cells.first().map_or(0, |(place, _)| place.len());
    let mut lines = Vec::new();
    for dimension in 0..dimensions {
        let mut of: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for (at, (place, _)) in cells.iter().enumerate() {
            let others = place.iter().enumerate().filter(|(nth, _)| *nth != dimension);
            of.entry(others.map(|(_, value)| value.as_str()).collect()).or_default().push(at);
        }
        lines.extend(of.into_values());
    }
    lines
}

/// The cell to be hidden beside a single one: the one that serves most other lines, and of those the smallest.
fn one_more(
    cells: &[(Vec<String>, u64)],
    hidden: &[bool],
    line: &[usize],
    serves: impl Fn(usize) -> usize,
) -> Option<usize> {
    if !is_single(line, hidden) {
        return None;
    }
    let shown = line.iter().copied().filter(|place| !hidden[*place]);
    shown.min_by_key(|place| (std::cmp::Reverse(serves(*place)), cells[*place].1, *place))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(counts: &[(&[&str], u64)]) -> Vec<(Vec<String>, u64)> {
        counts.iter().map(|(place, count)| (place.iter().map(|word| (*word).to_owned()).collect(), *count)).collect()
    }

    #[test]
    fn a_single_small_cell_takes_another_with_it() {
        let one = cells(&[(&["A"], 9), (&["B"], 5), (&["C"], 2)]);
        assert_eq!(suppress(&one), [false, true, true]);
        assert_eq!(suppress(&cells(&[(&["A"], 9), (&["B"], 1), (&["C"], 2)])), [false, true, true]);
        assert_eq!(suppress(&cells(&[(&["A"], 9), (&["B"], 3)])), [false, false]);
        assert_eq!(suppress(&cells(&[(&["A"], 2)])), [true]);
        assert!(suppress(&[]).is_empty());
    }

    #[test]
    fn every_line_of_a_table_is_safe() {
        let table = cells(&[
            (&["2023", "A"], 2),
            (&["2023", "B"], 50),
            (&["2023", "C"], 40),
            (&["2024", "A"], 30),
            (&["2024", "B"], 20),
            (&["2024", "C"], 60),
        ]);
        // 2023 A; with it C of its year and 2024 of its industry; and the cell that closes the rectangle.
        assert_eq!(suppress(&table), [true, false, true, true, false, true]);
    }

    proptest! {
        #[test]
        fn no_line_has_a_single_hidden_cell(counts in proptest::collection::vec(0_u64..8, 1..40)) {
            let place = |at: usize| vec![(at / 5).to_string(), (at % 5).to_string()];
            let cells: Vec<_> = counts.iter().enumerate().map(|(at, count)| (place(at), *count)).collect();
            let hidden = suppress(&cells);
            for line in lines(&cells).into_iter().filter(|line| line.len() > 1) {
                prop_assert_ne!(line.iter().filter(|at| hidden[**at]).count(), 1);
            }
            prop_assert!(cells.iter().zip(&hidden).all(|((_, count), hidden)| *hidden || *count >= SMALLEST));
        }
    }
}
