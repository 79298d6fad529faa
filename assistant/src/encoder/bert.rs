//! 网络 The transformer of multilingual-e5-small: BERT layers, mean over the pieces, length one.
//!
//! Works on one text at a time, so there is no padding and no mask. All that treats pieces one
//! by one goes through blocks of [`BLOCK`] rows, because Candle hands larger element-wise
//! operations to a spinning pool of all cores (from 65,536 elements).

use std::io::{Read, Seek};

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Device, Result, Tensor};
use candle_nn::{LayerNorm, Module};

use crate::space::normalised;

/// Pieces that pass the feed-forward part together: 32 x 1,536 elements stay under the limit.
const BLOCK: usize = 32;

/// 网络 Weights in f32.
pub struct Bert {
    words: Tensor,
    /// Position and token-type vectors, added once at load: every piece is of type 0.
    places: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    heads: usize,
    query_key_value: Dense,
    attended: Dense,
    attended_norm: LayerNorm,
    widen: Dense,
    narrow: Dense,
    norm: LayerNorm,
}

/// 线性层 A product and a sum, with a column a piece: the weights stand on the left.
///
/// For the few pieces of a question this is up to twice as fast as pieces on the left.
struct Dense {
    weight: Tensor,
    /// A single column.
    bias: Tensor,
}

impl Dense {
    fn forward(&self, columns: &Tensor) -> Result<Tensor> {
        self.weight.matmul(columns)?.broadcast_add(&self.bias)
    }

    /// One product instead of several that read the same input.
    fn stacked(parts: &[Self]) -> Result<Self> {
        let weights: Vec<_> = parts.iter().map(|part| &part.weight).collect();
        let biases: Vec<_> = parts.iter().map(|part| &part.bias).collect();
        Ok(Self { weight: Tensor::cat(&weights, 0)?, bias: Tensor::cat(&biases, 0)? })
    }
}

impl Bert {
    pub fn load<R: Read + Seek>(content: &Content, reader: &mut R) -> Result<Self> {
        let mut weights = Weights { content, reader };
        let types = weights.tensor("embeddings.token_type_embeddings.weight")?;
        let positions = weights.tensor("embeddings.position_embeddings.weight")?;
        let layers = (0..weights.number("bert.block_count")?)
            .map(|number| Layer::load(&mut weights, number))
            .collect::<Result<_>>()?;
        Ok(Self {
            words: weights.tensor("embeddings.word_embeddings.weight")?,
            places: positions.broadcast_add(&types.narrow(0, 0, 1)?)?,
            norm: weights.norm("embeddings.LayerNorm")?,
            layers,
        })
    }

    /// 最大长度 Pieces that a text may have.
    pub fn positions(&self) -> usize {
        self.places.dims().first().copied().unwrap_or_default()
    }

    /// 句向量 Vector of a text of one to [`Self::positions`] pieces, of length one.
    pub fn sentence_vector(&self, ids: &[u32]) -> Result<Vec<f32>> {
        let ids = Tensor::new(ids, &Device::Cpu)?;
        let words = self.words.index_select(&ids, 0)?;
        let start = by_blocks(ids.elem_count(), 0, |from, count| {
            let summed = (words.narrow(0, from, count)? + self.places.narrow(0, from, count)?)?;
            self.norm.forward(&summed)
        })?;
        let last = self.layers.iter().try_fold(start, |states, layer| layer.forward(&states))?;
        Ok(normalised(last.mean(0)?.to_vec1()?))
    }
}

impl Layer {
    fn load<R: Read + Seek>(weights: &mut Weights<'_, R>, number: usize) -> Result<Self> {
        let heads = weights.number("bert.attention.head_count")?;
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let query = weights.dense(&name("attention.self.query"))?;
        let key = weights.dense(&name("attention.self.key"))?;
        let value = weights.dense(&name("attention.self.value"))?;
        Ok(Self {
            heads,
            query_key_value: Dense::stacked(&[query, key, value])?,
            attended: weights.dense(&name("attention.output.dense"))?,
            attended_norm: weights.norm(&name("attention.output.LayerNorm"))?,
            widen: weights.dense(&name("intermediate.dense"))?,
            narrow: weights.dense(&name("output.dense"))?,
            norm: weights.norm(&name("output.LayerNorm"))?,
        })
    }

    /// `states`: a row a piece, as the norms want them.
    fn forward(&self, states: &Tensor) -> Result<Tensor> {
        let pieces = states.dim(0)?;
        let projected =
            by_blocks(pieces, 1, |from, count| self.query_key_value.forward(&states.narrow(0, from, count)?.t()?))?;
        let context = self.attend(&projected)?;
        by_blocks(pieces, 0, |from, count| {
            let attended = self.attended.forward(&context.narrow(1, from, count)?)?;
            let attended = (attended.t()? + states.narrow(0, from, count)?)?;
            let attended = self.attended_norm.forward(&attended)?;
            let widened = self.widen.forward(&attended.t()?)?.gelu_erf()?;
            let narrowed = (self.narrow.forward(&widened)?.t()? + attended)?;
            self.norm.forward(&narrowed)
        })
    }

    /// Softmax attention of every piece to every piece; each head has its own rows.
    fn attend(&self, projected: &Tensor) -> Result<Tensor> {
        let (rows, pieces) = projected.dims2()?;
        let head = rows / 3 / self.heads;
        let parts = projected.reshape((3, self.heads, head, pieces))?;
        let query = (parts.get(0)? / (head as f64).sqrt())?.transpose(1, 2)?;
        let weights = candle_nn::ops::softmax_last_dim(&query.matmul(&parts.get(1)?)?)?;
        parts.get(2)?.matmul(&weights.transpose(1, 2)?)?.reshape((rows / 3, pieces))
    }
}

/// Joins the results of `step` (first piece, number of pieces) along `dimension`.
fn by_blocks(pieces: usize, dimension: usize, step: impl Fn(usize, usize) -> Result<Tensor>) -> Result<Tensor> {
    let starts = (0..pieces).step_by(BLOCK);
    let blocks = starts.map(|start| step(start, BLOCK.min(pieces - start))).collect::<Result<Vec<_>>>()?;
    Tensor::cat(&blocks, dimension)
}

/// The GGUF file, read tensor by tensor.
struct Weights<'a, R> {
    content: &'a Content,
    reader: &'a mut R,
}

impl<R: Read + Seek> Weights<'_, R> {
    fn tensor(&mut self, name: &str) -> Result<Tensor> {
        let quantised = self.content.tensor(self.reader, name, &Device::Cpu)?;
        quantised.dequantize(&Device::Cpu)
    }

    fn dense(&mut self, name: &str) -> Result<Dense> {
        let weight = self.tensor(&format!("{name}.weight"))?;
        Ok(Dense { weight, bias: self.tensor(&format!("{name}.bias"))?.unsqueeze(1)? })
    }

    fn norm(&mut self, name: &str) -> Result<LayerNorm> {
        let weight = self.tensor(&format!("{name}.weight"))?;
        let bias = self.tensor(&format!("{name}.bias"))?;
        let epsilon = self.value("bert.attention.layer_norm_epsilon")?.to_f32()?;
        Ok(LayerNorm::new(weight, bias, f64::from(epsilon)))
    }

    fn number(&self, key: &str) -> Result<usize> {
        Ok(self.value(key)?.to_u32()? as usize)
    }

    fn value(&self, key: &str) -> Result<&Value> {
        let missing = || candle_core::Error::Msg(format!("no {key}"));
        self.content.metadata.get(key).ok_or_else(missing)
    }
}
