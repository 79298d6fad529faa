//! 向量空间 Straightens the encoder's vectors before they are compared.
//!
//! Vectors of e5 all point into one narrow cone, so that any two texts look alike (cosine over
//! 0.75). Taking away what the example questions have in common, their mean and their two widest
//! directions, leaves what tells them apart.

/// 去掉的方向数 Directions taken away, found best on the development questions among 0 to 8.
const DIRECTIONS: usize = 2;
/// Enough for directions of this spread to settle far below the noise of half precision.
const ITERATIONS: usize = 200;

/// 向量空间 What is taken away from each vector.
#[derive(Clone, Debug)]
pub struct Space {
    mean: Vec<f32>,
    directions: Vec<Vec<f32>>,
}

impl Space {
    /// The space in which these vectors lie apart from each other.
    pub fn fit(vectors: &[Vec<f32>]) -> Self {
        let mut space = Self { mean: mean(vectors), directions: Vec::new() };
        for _ in 0..DIRECTIONS {
            let points: Vec<_> = vectors.iter().map(|vector| space.residue(vector)).collect();
            space.directions.push(widest_direction(&points));
        }
        space
    }

    /// From rows as [`Self::rows`] gives them.
    pub fn from_rows(rows: Vec<Vec<f32>>) -> Option<Self> {
        let mut rows = rows.into_iter();
        let mean = rows.next()?;
        Some(Self { mean, directions: rows.collect() })
    }

    /// Mean and directions, to be stored.
    pub fn rows(&self) -> Vec<Vec<f32>> {
        std::iter::once(&self.mean).chain(&self.directions).cloned().collect()
    }

    /// The vector in this space, of length one.
    pub fn point(&self, vector: &[f32]) -> Vec<f32> {
        normalised(self.residue(vector))
    }

    fn residue(&self, vector: &[f32]) -> Vec<f32> {
        let centred = vector.iter().zip(&self.mean).map(|(x, mean)| x - mean).collect();
        let mut rest = normalised(centred);
        for direction in &self.directions {
            let along = dot(&rest, direction);
            rest.iter_mut().zip(direction).for_each(|(x, d)| *x -= along * d);
        }
        rest
    }
}

/// 点积 Cosine of two vectors of length one.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// 平均 Mean of the vectors, empty for none.
pub fn mean(vectors: &[Vec<f32>]) -> Vec<f32> {
    let Some(first) = vectors.first() else { return Vec::new() };
    let mut sum = vec![0.0; first.len()];
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(s, x)| *s += x);
    }
    sum.iter_mut().for_each(|s| *s /= vectors.len() as f32);
    sum
}

/// 单位化 The vector at length one; the null vector stays.
pub fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    if length > f32::EPSILON {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vector
}

/// First principal direction, by power iteration from a fixed start.
fn widest_direction(points: &[Vec<f32>]) -> Vec<f32> {
    let middle = mean(points);
    let spread: Vec<Vec<f32>> =
        points.iter().map(|point| point.iter().zip(&middle).map(|(x, m)| x - m).collect()).collect();
    let mut direction = normalised(spread.first().cloned().unwrap_or_default());
    for _ in 0..ITERATIONS {
        let mut next = vec![0.0; direction.len()];
        for point in &spread {
            let along = dot(point, &direction);
            next.iter_mut().zip(point).for_each(|(n, x)| *n += along * x);
        }
        direction = normalised(next);
    }
    direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_away_the_mean_and_the_widest_directions() {
        // Wide along x, less along y; what tells the points apart for us lies along z.
        let cloud: Vec<Vec<f32>> = (0..40)
            .map(|i| {
                let (x, y) = ((i as f32 * 0.7).sin(), 0.5 * (i as f32 * 1.9).cos());
                vec![5.0 + x, 5.0 + y, if i % 2 == 0 { 0.1 } else { -0.1 }]
            })
            .collect();
        let space = Space::fit(&cloud);
        let even = space.point(&[5.4, 4.8, 0.1]);
        let odd = space.point(&[5.4, 4.8, -0.1]);
        assert!(dot(&even, &odd) < -0.9, "{even:?} {odd:?}");
    }

    #[test]
    fn survives_being_stored() {
        let space = Space::fit(&[vec![1.0, 0.0, 2.0], vec![0.0, 1.0, 1.0], vec![1.0, 1.0, 0.0]]);
        let again = Space::from_rows(space.rows()).map(|space| space.point(&[0.3, 0.2, 0.1]));
        assert_eq!(again, Some(space.point(&[0.3, 0.2, 0.1])));
        assert!(Space::from_rows(Vec::new()).is_none());
    }
}
