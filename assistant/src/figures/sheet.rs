//! 数字 The figures of one report that are looked at together, with last year's.

/// Number of figures.
pub const FIELDS: usize = 11;

/// 字段 A figure of the report, by its place in a [`Sheet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(usize)]
pub enum Field {
    /// 资产总额
    Assets,
    /// 负债总额
    Liabilities,
    /// 所有者权益合计
    Equity,
    /// 营业总收入
    Revenue,
    /// 其中主营业务收入
    MainRevenue,
    /// 利润总额
    Profit,
    /// 净利润
    NetProfit,
    /// 纳税总额
    Tax,
    /// 从业人数
    Employees,
    /// 参保人数
    Insured,
    /// 注册资本
    Capital,
}

impl Field {
    /// Every figure in the order of a sheet.
    pub const ALL: [Self; FIELDS] = [
        Self::Assets,
        Self::Liabilities,
        Self::Equity,
        Self::Revenue,
        Self::MainRevenue,
        Self::Profit,
        Self::NetProfit,
        Self::Tax,
        Self::Employees,
        Self::Insured,
        Self::Capital,
    ];
    /// 资产状况 The figures in 万元 that the filer writes.
    pub const AMOUNTS: [Self; 8] = [
        Self::Assets,
        Self::Liabilities,
        Self::Equity,
        Self::Revenue,
        Self::MainRevenue,
        Self::Profit,
        Self::NetProfit,
        Self::Tax,
    ];
    /// 全年数 The amounts that add up over a year.
    pub const FLOWS: [Self; 5] = [Self::Revenue, Self::MainRevenue, Self::Profit, Self::NetProfit, Self::Tax];
    /// What the filer writes: everything but the registered capital.
    pub const WRITTEN: usize = FIELDS - 1;

    /// Path on the form of the annual report.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Assets => "total_assets",
            Self::Liabilities => "total_liabilities",
            Self::Equity => "owners_equity",
            Self::Revenue => "total_revenue",
            Self::MainRevenue => "main_revenue",
            Self::Profit => "total_profit",
            Self::NetProfit => "net_profit",
            Self::Tax => "total_tax",
            Self::Employees => "employees",
            Self::Insured => "insured_persons",
            Self::Capital => "registered_capital",
        }
    }

    /// 名称 As on the form.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Assets => "资产总额",
            Self::Liabilities => "负债总额",
            Self::Equity => "所有者权益合计",
            Self::Revenue => "营业总收入",
            Self::MainRevenue => "主营业务收入",
            Self::Profit => "利润总额",
            Self::NetProfit => "净利润",
            Self::Tax => "纳税总额",
            Self::Employees => "从业人数",
            Self::Insured => "参保人数",
            Self::Capital => "注册资本",
        }
    }

    /// 单位
    pub const fn unit(self) -> &'static str {
        if self.is_count() { "人" } else { "万元" }
    }

    /// Whether it counts persons.
    pub const fn is_count(self) -> bool {
        matches!(self, Self::Employees | Self::Insured)
    }
}

/// 数字 Figures by place: amounts in 万元, persons; `None` where nothing was written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sheet(pub [Option<f64>; FIELDS]);

impl Sheet {
    /// The figure, if it was written.
    pub fn get(&self, field: Field) -> Option<f64> {
        self.0[field as usize]
    }

    /// Writes a figure.
    pub fn set(&mut self, field: Field, value: Option<f64>) {
        self.0[field as usize] = value;
    }

    /// 零值 Whether none of the amounts is other than nothing.
    pub fn is_zero(&self) -> bool {
        Field::AMOUNTS.iter().all(|field| self.get(*field).is_none_or(|value| value == 0.0))
    }

    /// The amount as it is written: two decimals, whole persons.
    pub fn written(field: Field, value: f64) -> f64 {
        if field.is_count() { value.round() } else { (value * 100.0).round() / 100.0 }
    }
}

/// 样本 A report's figures with last year's and the industry.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Figures of the year.
    pub this: Sheet,
    /// Figures of the year before; nothing if there is no such report.
    pub last: Sheet,
    /// 行业门类 Letter of the section of GB/T 4754, a blank if unknown.
    pub section: char,
}

/// 行业门类 Sections of GB/T 4754 A to T.
pub(super) const SECTIONS: usize = 20;

impl Sample {
    /// Place of the industry, the last one for one that is unknown.
    pub(super) fn industry(&self) -> usize {
        let letter = u32::from(self.section).wrapping_sub(u32::from('A'));
        usize::try_from(letter).unwrap_or(usize::MAX).min(SECTIONS - 1)
    }

    /// 规模 Size class by persons: up to 9, up to 49, more. Last year's count is asked first: it was accepted.
    pub(super) fn size(&self) -> usize {
        let persons = self.last.get(Field::Employees).or_else(|| self.this.get(Field::Employees)).unwrap_or_default();
        match persons {
            few if few < 10.0 => 0,
            some if some < 50.0 => 1,
            _ => 2,
        }
    }
}

/// Sign kept, large values drawn together: differences of these are logarithms of ratios. One unit of the last decimal
/// that is written counts for a tenth.
pub(super) fn scaled(value: f64) -> f64 {
    (value * 10.0).asinh()
}

/// Undoes [`scaled`].
pub(super) fn unscaled(value: f64) -> f64 {
    value.sinh() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_is_undone() {
        for value in [0.0, 0.01, -3.5, 12_345.67, -1e9] {
            assert!((unscaled(scaled(value)) - value).abs() <= value.abs() * 1e-9);
        }
    }

    #[test]
    fn fields_stand_where_they_say() {
        for (place, field) in Field::ALL.iter().enumerate() {
            assert_eq!(*field as usize, place);
        }
        assert_eq!(Field::ALL[Field::WRITTEN], Field::Capital);
    }

    #[test]
    fn industry_and_size_are_known_or_the_rest() {
        let mut sample = Sample { section: 'C', ..Sample::default() };
        assert_eq!((sample.industry(), sample.size()), (2, 0));
        sample.this.set(Field::Employees, Some(60.0));
        sample.section = ' ';
        assert_eq!((sample.industry(), sample.size()), (SECTIONS - 1, 2));
        sample.last.set(Field::Employees, Some(10.0));
        assert_eq!(sample.size(), 1);
    }
}
