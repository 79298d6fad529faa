//! 常见口令 What everybody tries first: words of leaked lists and of Chinese offices, runs along the alphabet
//! and the keyboard, years. The list is our own.

/// Parts that no password may hold.
const BARRED: [&str; 36] = [
    "password",
    "passwd",
    "qwerty",
    "123456",
    "654321",
    "abc123",
    "admin",
    "iloveyou",
    "letmein",
    "welcome",
    "qinxin",
    "shaanxi",
    "111111",
    "000000",
    "888888",
    "666666",
    "abcd1234",
    "1qaz",
    "2wsx",
    "qazwsx",
    "q1w2e3",
    "1q2w3e",
    "a1b2c3",
    "woaini",
    "5201314",
    "7758521",
    "147258",
    "159357",
    "changeme",
    "administrator",
    "sysadmin",
    "default",
    "monkey",
    "dragon",
    "superman",
    "asdfgh",
];

/// Words of which no password may consist, with years, runs and signs between them.
pub(super) const WORDS: [&str; 74] = [
    // offices and what they do
    "zhongguo",
    "china",
    "beijing",
    "shanghai",
    "xian",
    "xianshi",
    "xibei",
    "changan",
    "shanxi",
    "shaanxi",
    "baoji",
    "xianyang",
    "weinan",
    "yanan",
    "yulin",
    "hanzhong",
    "ankang",
    "shangluo",
    "tongchuan",
    "yangling",
    "sheng",
    "shi",
    "qu",
    "xian",
    "shichang",
    "jiandu",
    "jianguan",
    "jianguanju",
    "guanli",
    "guanliju",
    "gongshang",
    "gongshangju",
    "xingzheng",
    "shenpi",
    "xinyong",
    "gongshi",
    "qiye",
    "zhengfu",
    "zhengwu",
    "bangong",
    "bangongshi",
    "keshi",
    "lingdao",
    "juzhang",
    "chuzhang",
    "kezhang",
    "mima",
    "kouling",
    "yonghu",
    "guanliyuan",
    "xitong",
    "ceshi",
    "wangluo",
    "shuju",
    "wode",
    "nihao",
    "aini",
    "sgs",
    "scjg",
    "amr",
    "gov",
    // programs and makers
    "root",
    "user",
    "test",
    "guest",
    "login",
    "system",
    "server",
    "oracle",
    "mysql",
    "huawei",
    "lenovo",
    "pass",
    "qwe",
];

/// The same in characters.
const CHINESE: [&str; 16] = [
    "市场监督管理",
    "市场监管",
    "监管",
    "工商",
    "行政",
    "管理",
    "信用",
    "秦信",
    "陕西",
    "西安",
    "中国",
    "密码",
    "口令",
    "省",
    "市",
    "局",
];

/// Rows along which fingers run.
const ROWS: [&str; 9] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm,./",
    "1234567890",
    "!@#$%^&*()",
    "qazwsxedcrfvtgbyhnujm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb",
    "!qaz@wsx#edc$rfv",
];

/// Characters of a run.
const RUN: usize = 3;
/// Characters that have to be left once everything known is taken away.
const OWN: usize = 5;

/// Whether a password in small letters is one of those that everybody tries first.
pub(super) fn is_common(lower: &str) -> bool {
    let read = folded(lower);
    BARRED.iter().any(|part| lower.contains(part) || read.contains(part)) || own(lower) < OWN || own(&read) < OWN
}

/// Signs in the place of letters, as in `p@ssw0rd`.
fn folded(lower: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    lower.chars().map(letter).collect()
}

/// Characters that are left when known words, years, runs and signs are taken away.
fn own(text: &str) -> usize {
    let mut words: Vec<&str> = WORDS.iter().chain(&CHINESE).copied().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    // A sign keeps what stood on both sides of a word apart.
    let rest = words.into_iter().fold(text.to_owned(), |rest, word| rest.replace(word, " "));
    let signs: Vec<char> = rest.chars().collect();
    let (mut own, mut at) = (0, 0);
    while let Some(sign) = signs.get(at) {
        let known = year(&signs[at..]).max(run(&signs[at..]));
        if known == 0 {
            own += usize::from(!sign.is_ascii_punctuation() && !sign.is_whitespace());
            at += 1;
        } else {
            at += known;
        }
    }
    own
}

/// Characters of a year at the beginning, with month and day if they follow.
fn year(signs: &[char]) -> usize {
    let digits = |from: usize, to: usize| -> Option<u32> {
        let part = signs.get(from..to)?;
        part.iter().try_fold(0, |number, sign| Some(number * 10 + sign.to_digit(10)?))
    };
    match digits(0, 4) {
        Some(1900..=2099) => match digits(4, 6) {
            Some(1..=12) if digits(6, 8).is_some_and(|day| (1..=31).contains(&day)) => 8,
            Some(1..=12) => 6,
            _ => 4,
        },
        _ => 0,
    }
}

/// Characters of a run at the beginning: of the same character, or along a row, forwards or backwards.
fn run(signs: &[char]) -> usize {
    let same = signs.iter().take_while(|sign| **sign == signs[0]).count();
    let along = |row: &str, is_backwards: bool| {
        let row: Vec<char> = if is_backwards { row.chars().rev().collect() } else { row.chars().collect() };
        let starts = row.iter().enumerate().filter(|(_, sign)| **sign == signs[0]).map(|(at, _)| at);
        let length = |at: usize| row[at..].iter().zip(signs).take_while(|(row, sign)| row == sign).count();
        starts.map(length).max().unwrap_or(0)
    };
    let rows = ROWS.iter().flat_map(|row| [along(row, false), along(row, true)]).max().unwrap_or(0);
    let longest = same.max(rows);
    if longest >= RUN { longest } else { 0 }
}
