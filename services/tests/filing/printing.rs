//! 文书 What is printed of a report: once for every version, for each as far as he may know it, verified by anybody.

use services::documents::Printery;
use services::documents::download::find;
use services::documents::print::{Asked, print};
use services::documents::verify::{Verified, verify};

use super::*;
use entities::documents::document;
use rules::vocabulary::DocumentKind;

/// What becomes of documents in a test.
struct Desk<'a> {
    db: &'a Database,
    printery: Printery,
    row: &'a Arc<registered::Model>,
}

impl Desk<'_> {
    async fn print(&self, caller: &Caller, kind: DocumentKind) -> Result<document::Model, Refused> {
        let report = reports::of_year(self.db, self.row.id, YEAR).await.expect("an answer").expect("a report");
        let authority = "西安市雁塔区市场监督管理局".to_owned();
        let asked = Asked { owner: self.row, report: &report, authority, kind, is_public: false };
        print(self.db, &self.printery, caller, asked).await
    }

    async fn verify(&self, caller: &Caller, code: &str) -> Option<Verified> {
        verify(self.db, &self.printery, caller, code).await.expect("an answer")
    }

    /// The text of a document without its blanks, for whoever may have it.
    async fn text(&self, caller: &Caller, document: &document::Model) -> Option<String> {
        let file = find(self.db, caller, document.id).await.expect("an answer")?;
        assert_eq!((file.bytes.len(), file.digest()), (document.byte_count as usize, document.digest.as_str()));
        let text = pdf_extract::extract_text_from_mem(&file.bytes).expect("a PDF with text");
        Some(text.chars().filter(|character| !character.is_whitespace()).collect())
    }
}

#[tokio::test]
async fn what_is_printed_stays_as_it_is_and_tells_of_what_came_after() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let withheld = Edit { unpublished: Some(["total_assets".to_owned()].into()), ..Edit::default() };
        let receipt = done(file(db, &caller, &row, "first-device", withheld).await);
        let folder = std::env::temp_dir().join("qinxin-no-such-folder");
        let desk = Desk { db, printery: Printery::new(folder, Some("https://xy.example.cn/".to_owned())), row: &row };
        let public = Caller::anonymous(Arc::from("192.0.2.9"), spring());

        let first = desk.print(&caller, DocumentKind::Receipt).await.expect("a receipt");
        let again = desk.print(&later(&caller, at("2026-03-11T02:00:00Z")), DocumentKind::Receipt).await;
        assert_eq!(again.expect("the same one"), first, "{:?}", db.backend());
        let text = desk.text(&caller, &first).await.expect("it is one's own");
        let address = format!("https://xy.example.cn/?verify={}", first.verification_code);
        for words in [receipt.number.as_str(), "2026年3月10日10时00分00秒（北京时间）", "按期报送", "第1版", &address]
        {
            assert!(text.contains(words), "{words} is missing: {text}");
        }
        assert!(desk.text(&public, &first).await.is_none(), "{:?}: a receipt is the filer's", db.backend());
        assert_eq!(code(desk.print(&public, DocumentKind::Receipt).await), "NOT_PERMITTED");

        // What the filer keeps back is in the whole edition alone.
        let whole = desk.print(&caller, DocumentKind::Report).await.expect("a report");
        let part = desk.print(&public, DocumentKind::Report).await.expect("a report");
        assert!(desk.text(&public, &whole).await.is_none());
        let whole = desk.text(&caller, &whole).await.expect("it is one's own");
        let part = desk.text(&public, &part).await.expect("it is published");
        assert!(
            whole.contains("资产总额560.00万元选择不公示") && whole.contains("营业总收入800.00万元公示"),
            "{whole}"
        );
        assert!(part.contains("资产总额未公示") && part.contains("营业总收入800.00万元"), "{part}");
        assert!(!part.contains("560.00") && !part.contains("党建信息"), "{part}");

        // After a correction the old receipt is still genuine, and says that there is more.
        let verified = desk.verify(&public, &first.verification_code.replace('-', "").to_lowercase()).await;
        let verified = verified.expect("it was issued here");
        assert_eq!((verified.document.id, verified.newer_version), (first.id, None));
        let values = ("correction-1", 1, &[("employees", "13")][..]);
        done(change(db, &caller, &row, ReportChangePhase::Corrected, values).await);
        let verified = desk.verify(&public, &first.verification_code).await.expect("it was issued here");
        assert_eq!(verified.newer_version, Some(2), "{:?}", db.backend());
        let second = desk.print(&caller, DocumentKind::Receipt).await.expect("a receipt");
        assert!(second.version == 2 && second.verification_code != first.verification_code);
        assert!(desk.text(&caller, &second).await.is_some_and(|text| text.contains("第2版（期限内更正）")));
        assert!(desk.text(&caller, &first).await.is_some_and(|text| text.contains("第1版（首次报送）")));

        // Unknown codes are answered alike, and not without end.
        assert!(
            desk.verify(&public, "2222-2222-2222-2222").await.is_none() && desk.verify(&public, "").await.is_none()
        );
        let mut asked = 4;
        while verify(db, &desk.printery, &public, "x").await.is_ok() {
            asked += 1;
        }
        assert_eq!(asked, 60, "{:?}", db.backend());
    })
    .await;
}
