//! 排版 Sets a document with its template and writes it as PDF/A-2b (GB/T 23286-2009, ISO 19005-2).

use serde::Serialize;
use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Dict, IntoValue, Smart};
use typst::text::Font;
use typst_as_lib::{TypstAsLibError, TypstEngine};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::characters::{Missing, made_printable};

/// 思源宋体 Noto Serif SC: 30,928 characters, GB 2312 and the unified ideographs up to extension A whole.
const FONT: &[u8] = include_bytes!("../fonts/NotoSerifSC-Regular.ttf");

const TEMPLATES: [(&str, &str); 3] = [
    ("common.typ", include_str!("../templates/common.typ")),
    ("receipt.typ", include_str!("../templates/receipt.typ")),
    ("report.typ", include_str!("../templates/report.typ")),
];
/// How many documents ago something was last of use that is still remembered.
const REMEMBERED: usize = 4;

/// Why a document was not set: a fault of a template or of the typesetter, never of the data.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be set: {0}")]
pub struct RenderError(String);

impl From<TypstAsLibError> for RenderError {
    fn from(error: TypstAsLibError) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for RenderError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

fn told(diagnostics: &[SourceDiagnostic]) -> RenderError {
    RenderError(diagnostics.iter().map(|one| one.message.to_string()).collect::<Vec<_>>().join("; "))
}

/// 文书 A document that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub pdf: Vec<u8>,
    /// 页数
    pub pages: usize,
    /// 缺字 Characters that were printed as their code points.
    pub missing: Vec<Missing>,
}

/// 印刷机 Templates and fonts, read once; many threads may print at once.
pub struct Press {
    engine: TypstEngine,
    fonts: Vec<Font>,
}

impl Press {
    /// With the font of the binary, and further ones for what it lacks; files that are no fonts are passed over.
    pub fn new(more: Vec<Vec<u8>>) -> Self {
        let files = std::iter::once(Bytes::new(FONT)).chain(more.into_iter().map(Bytes::new));
        let fonts: Vec<Font> = files.flat_map(Font::iter).collect();
        let engine = TypstEngine::builder().fonts(fonts.clone()).with_static_source_file_resolver(TEMPLATES);
        Self { engine: engine.comemo_evict_max_age(Some(REMEMBERED)).build(), fonts }
    }

    /// Whether a character can be printed.
    pub fn has(&self, character: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(character.into()))
    }

    /// Sets the data of a document; `ident` names the document among all.
    pub(crate) fn set(&self, template: &str, ident: &str, data: &impl Serialize) -> Result<Printed, RenderError> {
        let mut data = serde_json::to_value(data)?;
        let missing: Vec<Missing> = made_printable(&mut data, &|character| self.has(character)).into_iter().collect();
        if let Some(data) = data.as_object_mut() {
            let notes = missing.iter().map(|one| Value::from(one.note()));
            data.insert("notes".to_owned(), notes.collect());
        }
        let mut inputs = Dict::new();
        inputs.insert("data".into(), data.to_string().into_value());
        let document: PagedDocument = self.engine.compile_with_input(template, inputs).output?;
        let standards = PdfStandards::new(&[PdfStandard::A_2b]);
        let options = PdfOptions {
            ident: Smart::Custom(ident.to_owned()),
            creator: Smart::Custom(Some("秦信 Qinxin".to_owned())),
            standards: standards.map_err(|error| RenderError(error.message().to_string()))?,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))?;
        Ok(Printed { pdf, pages: document.pages().len(), missing })
    }
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").field("fonts", &self.fonts.len()).finish_non_exhaustive()
    }
}
