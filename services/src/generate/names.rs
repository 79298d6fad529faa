//! 名称 Names of persons and enterprises: 行政区划 + 字号 + 行业 + 组织形式 (企业名称登记管理规定 art. 6),
//! with surnames, given names and trade names as unevenly spread as real ones.

use rules::vocabulary::EnterpriseKind;

use super::dice::{Dice, Weighted};
use super::forms::Form;
use super::places::Place;
use super::trades::Trade;
use super::words::data;

type Words = Weighted<&'static str>;

/// 名称用词 The words that names are made of.
pub struct Names {
    surnames: Words,
    given: Words,
    men: Given,
    women: Given,
    signs: Words,
    brands: Words,
    foreign: Words,
}

/// 双名用字 What stands first and what stands last in given names of two characters.
struct Given {
    first: Words,
    last: Words,
}

impl Given {
    /// Two lines: the first characters, the last characters.
    fn new(text: &'static str) -> Self {
        let (first, last) = text.split_once('\n').unwrap_or((text, text));
        Self { first: by_frequency(first), last: by_frequency(last) }
    }
}

fn by_frequency(text: &'static str) -> Words {
    Weighted::zipf(text.split_whitespace())
}

impl Names {
    /// Reads the word lists.
    pub fn new() -> Self {
        Self {
            surnames: by_frequency(data!("surnames.txt")),
            given: by_frequency(data!("given_whole.txt")),
            men: Given::new(data!("given_men.txt")),
            women: Given::new(data!("given_women.txt")),
            signs: by_frequency(data!("brand_signs.txt")),
            brands: by_frequency(data!("brand_words.txt")),
            foreign: by_frequency(data!("foreign_brands.txt")),
        }
    }

    /// 姓名 Name of a person.
    pub fn person(&self, dice: &mut Dice) -> String {
        let surname = self.surnames.draw(dice);
        if dice.per_mille(160) {
            return format!("{surname}{}", self.given.draw(dice));
        }
        let given = if dice.per_mille(620) { &self.men } else { &self.women };
        let last = given.last.draw(dice);
        if dice.per_mille(120) {
            return format!("{surname}{last}");
        }
        format!("{surname}{}{last}", given.first.draw(dice))
    }

    /// 字号 Trade name.
    pub fn brand(&self, dice: &mut Dice) -> String {
        if dice.per_mille(90) {
            return (*self.brands.draw(dice)).to_owned();
        }
        let length = if dice.per_mille(300) { 3 } else { 2 };
        (0..length).map(|_| *self.signs.draw(dice)).collect()
    }

    /// 外文字号 Transliterated trade name of a foreign enterprise.
    pub fn foreign_brand(&self, dice: &mut Dice) -> &'static str {
        self.foreign.draw(dice)
    }

    /// 名称 Name of an enterprise; that of a branch comes from [`branch`].
    pub fn enterprise(&self, dice: &mut Dice, form: &Form, place: &Place, trade: &Trade) -> String {
        match form.kind {
            EnterpriseKind::IndividualHousehold => self.household(dice, place, trade),
            EnterpriseKind::FarmersCooperative => {
                format!("{}{}{}专业合作社", place.name, self.brand(dice), dice.pick(&trade.names))
            }
            EnterpriseKind::SoleProprietorship => {
                let word = dice.pick(&["经营部", "加工厂", "工作室", "服务部", "商行", "服务中心"]);
                format!("{}{}{}{word}", place.name, self.brand(dice), dice.pick(&trade.names))
            }
            EnterpriseKind::RepresentativeOffice => self.representative_office(dice, place),
            EnterpriseKind::StateOwned => format!("{}{}总公司", place.name, dice.pick(&trade.names)),
            EnterpriseKind::Collective => {
                let word = dice.pick(&["供销社", "厂", "服务社", "公司"]);
                format!("{}{}{}{word}", place.name, self.brand(dice), dice.pick(&trade.names))
            }
            EnterpriseKind::ForeignInvested if dice.per_mille(600) => {
                let (brand, seat) = (self.foreign_brand(dice), place.seat);
                format!("{brand}（{seat}）{}{}", dice.pick(&trade.names), form.suffix)
            }
            _ => self.company(dice, form, place, trade),
        }
    }

    fn company(&self, dice: &mut Dice, form: &Form, place: &Place, trade: &Trade) -> String {
        let (brand, word) = (self.brand(dice), dice.pick(&trade.names));
        let suffix = if form.kind == EnterpriseKind::LimitedCompany && dice.per_mille(150) {
            "有限责任公司"
        } else {
            form.suffix
        };
        match dice.between(0, 99) {
            0..30 => format!("{}{brand}{word}{suffix}", place.province),
            30..70 => format!("{}{brand}{word}{suffix}", place.seat),
            70..94 => format!("{}{brand}{word}{suffix}", place.name),
            _ => format!("{brand}（{}）{word}{suffix}", place.province),
        }
    }

    /// Small shops carry the name of their owner more often than anything else.
    fn household(&self, dice: &mut Dice, place: &Place, trade: &Trade) -> String {
        let shop = dice.pick(&trade.shops);
        let brand = match dice.between(0, 99) {
            0..22 => self.person(dice),
            22..34 => format!("{}{}", dice.pick(&["老", "小"]), self.surnames.draw(dice)),
            34..40 => format!("{}记", self.surnames.draw(dice)),
            _ => self.brand(dice),
        };
        format!("{}{brand}{shop}", place.name)
    }

    fn representative_office(&self, dice: &mut Dice, place: &Place) -> String {
        let country = dice.pick(&["日本", "韩国", "美国", "德国", "新加坡", "英国", "法国", "澳大利亚"]);
        let word = dice.pick(&["株式会社", "贸易公司", "工业公司", "技术公司", "咨询公司"]);
        format!("{country}{}{word}{}代表处", self.foreign_brand(dice), place.seat)
    }
}

/// 分支机构名称 The name of the parent with the place and 分公司.
pub fn branch(dice: &mut Dice, parent: &str, place: &Place) -> String {
    let word = if dice.per_mille(850) {
        "分公司"
    } else {
        dice.pick(&["第一分公司", "第二分公司", "第三分公司"])
    };
    format!("{parent}{}{word}", place.short)
}
