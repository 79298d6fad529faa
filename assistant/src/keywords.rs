//! 关键词检索 BM25 over the words of each topic, words split by jieba.
//!
//! Beside the encoder it is a small voice for rare words (公章, 三C); without the encoder it is
//! all there is. The unrelated questions are one more document: what they cover better than any
//! topic does not belong here.

use std::collections::HashMap;

use jieba_rs::Jieba;

use crate::Knowledge;

/// Saturation of repeated words, the customary value.
const K1: f32 = 1.2;
/// Weight of the length of a document, the customary value.
const B: f32 = 0.75;

/// 关键词索引 Weight of every word in every document.
pub struct Keywords {
    jieba: Jieba,
    words: HashMap<String, Word>,
    /// Rarity given to a word that no document has.
    rarest: f32,
    topics: usize,
}

struct Word {
    rarity: f32,
    /// Document and BM25 weight of this word in it.
    weights: Vec<(usize, f32)>,
}

/// 关键词得分 How well each topic covers the words of a question.
pub struct KeywordScores {
    /// BM25 of each topic, standardised over the topics; all zero if no word is known.
    pub standardised: Vec<f32>,
    /// Share of the best possible BM25 that each topic reaches, 0 to 1.
    pub coverage: Vec<f32>,
    /// The same share for the unrelated questions.
    pub unrelated: f32,
}

impl Keywords {
    /// Builds the index; loading jieba's dictionary takes most of the time.
    pub fn new(knowledge: &Knowledge) -> Self {
        let jieba = Jieba::new();
        let mut documents: Vec<Vec<String>> = knowledge
            .topics
            .iter()
            .map(|topic| {
                let texts = topic.questions().chain([topic.title.as_str()]);
                texts.flat_map(|text| words(&jieba, text)).collect()
            })
            .collect();
        documents.push(knowledge.unrelated.iter().flat_map(|text| words(&jieba, text)).collect());
        let rarest = rarity(documents.len(), 0);
        Self { words: weigh(&documents), jieba, rarest, topics: knowledge.topics.len() }
    }

    /// Scores of all topics for a question.
    pub fn scores(&self, question: &str) -> KeywordScores {
        let mut bm25 = vec![0.0; self.topics + 1];
        let mut possible = f32::EPSILON;
        for word in words(&self.jieba, question) {
            let known = self.words.get(&word);
            possible += known.map_or(self.rarest, |word| word.rarity) * (K1 + 1.0);
            for (document, weight) in known.map_or(&[][..], |word| &word.weights) {
                bm25[*document] += weight;
            }
        }
        let unrelated = bm25.pop().unwrap_or_default() / possible;
        KeywordScores {
            coverage: bm25.iter().map(|score| score / possible).collect(),
            standardised: standardised(bm25),
            unrelated,
        }
    }
}

/// Words with something to read in them, in lower case.
fn words(jieba: &Jieba, text: &str) -> Vec<String> {
    let tokens = jieba.cut(text, true);
    let readable = tokens.iter().filter(|token| token.word.chars().any(char::is_alphanumeric));
    readable.map(|token| token.word.to_lowercase()).collect()
}

fn weigh(documents: &[Vec<String>]) -> HashMap<String, Word> {
    let total: usize = documents.iter().map(Vec::len).sum();
    let mean_length = total as f32 / documents.len().max(1) as f32;
    let mut counts: HashMap<&str, HashMap<usize, usize>> = HashMap::new();
    for (document, words) in documents.iter().enumerate() {
        for word in words {
            *counts.entry(word).or_default().entry(document).or_default() += 1;
        }
    }
    let weigh_word = |(word, counts): (&str, HashMap<usize, usize>)| {
        let rarity = rarity(documents.len(), counts.len());
        let weight = |(document, count): (usize, usize)| {
            let length = documents[document].len() as f32 / mean_length;
            let count = count as f32;
            (document, rarity * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length)))
        };
        (word.to_owned(), Word { rarity, weights: counts.into_iter().map(weight).collect() })
    };
    counts.into_iter().map(weigh_word).collect()
}

/// Inverse document frequency of BM25, never negative.
fn rarity(documents: usize, with_word: usize) -> f32 {
    let (documents, with_word) = (documents as f32, with_word as f32);
    (1.0 + (documents - with_word + 0.5) / (with_word + 0.5)).ln()
}

fn standardised(mut scores: Vec<f32>) -> Vec<f32> {
    let count = scores.len().max(1) as f32;
    let mean = scores.iter().sum::<f32>() / count;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f32>() / count;
    let deviation = variance.sqrt().max(f32::EPSILON);
    scores.iter_mut().for_each(|score| *score = (*score - mean) / deviation);
    scores
}
