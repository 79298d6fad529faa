//! 语句数 What the four queries of `bench/graph` cost the database: one statement a level and
//! family, whatever the number of parents. A number here changes only on purpose.

use serde_json::{Value, json};

use crate::filing::{Filing, SAVE, SUBMIT, reasons};
use crate::scene::Scene;
use crate::support::{Place, Server, engines, repository};

/// Statements of one request; it was asked once before, so that parsing and caches are out.
fn cost(server: &Server, query: &str, variables: &Value) -> u64 {
    server.data(query, variables);
    let before = server.metric("qinxin_sql_statements_total");
    server.data(query, variables);
    server.metric("qinxin_sql_statements_total") - before
}

fn query(name: &str) -> String {
    let path = repository("bench/graph/queries").join(name);
    std::fs::read_to_string(path).expect("a query of the measurement")
}

/// The enterprise of these with the most penalties.
fn most_penalised(server: &Server) -> String {
    let answer = server.data(
        "{ enterprises(first: 100, orderBy: { field: USCC }) { nodes { uscc penalties { totalCount } } } }",
        &json!({}),
    );
    let nodes = answer["enterprises"]["nodes"].as_array().expect("nodes");
    let most = nodes.iter().max_by_key(|node| node["penalties"]["totalCount"].as_u64()).expect("an enterprise");
    assert!(most["penalties"]["totalCount"].as_u64() > Some(1), "nobody has penalties");
    most["uscc"].as_str().expect("a code").to_owned()
}

#[test]
fn the_four_queries_cost_one_statement_a_level_and_family() {
    for engine in engines() {
        let place = Place::filled(engine);
        // One thread, so that every request meets the same caches.
        let server = Server::start_with(&place, &[("QINXIN_THREADS", "1")]);
        let uscc = json!({ "uscc": most_penalised(&server) });
        let city = json!({ "city": "610100" });
        let filtered = json!({ "city": "610100", "status": "ACTIVE", "capitalWan": "100" });

        // The enterprise.
        assert_eq!(cost(&server, &query("1_by_code.graphql"), &uscc), 1, "{engine:?}");
        // The page; the penalties of all 20; the reports of all 20.
        assert_eq!(cost(&server, &query("2_city_nested.graphql"), &city), 3, "{engine:?}");
        // The page; the outbox's last sequence, which tells that the index may count.
        assert_eq!(cost(&server, &query("3_city_filtered.graphql"), &filtered), 2, "{engine:?}");
        // The enterprise; its penalties with their count; the reports of their enterprises, which
        // the loader knows from the first statement.
        assert_eq!(cost(&server, &query("4_three_levels.graphql"), &uscc), 3, "{engine:?}");
    }
}

#[test]
fn twenty_parents_cost_what_two_cost() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start_with(&place, &[("QINXIN_THREADS", "1")]);
        // Old companies have holders, reports and the tables of reports.
        let nested = "query($first: Int) {
            enterprises(
                first: $first
                filter: { kinds: [LIMITED_COMPANY], statuses: [ACTIVE], establishedOn: { lte: \"2020-01-01\" } }
            ) { nodes {
                region { name } industry { name } registrationAuthority
                penalties(first: 2) { totalCount nodes { decision } }
                licences(first: 2) { nodes { name } }
                crossRegionRecords(first: 2) { totalCount nodes { title provinceName } }
                notices(first: 2) { totalCount nodes { title authority basis } }
                annualReports(first: 2) { nodes { year contributions { holder } } }
                shareholders { name }
                creditSummary { penaltyCount }
            } }
        }";
        let of = |parents: u32| cost(&server, nested, &json!({ "first": parents }));
        assert_eq!(of(2), of(20), "{engine:?}");
        assert_eq!(of(20), of(100), "{engine:?}");
    }
}

#[test]
fn what_other_provinces_sent_costs_one_statement_a_level() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start_with(&place, &[("QINXIN_THREADS", "1")]);
        let list = |asked: &str| {
            let query =
                format!("{{ crossRegionLicences(first: 20, filter: {{ nameContains: \"公司\" }}) {{ {asked} }} }}");
            cost(&server, &query, &json!({}))
        };
        // The page; with its length; with the enterprises of ours.
        assert_eq!(list("nodes { title authority provinceName }"), 1, "{engine:?}");
        assert_eq!(list("totalCount nodes { title }"), 2, "{engine:?}");
        assert_eq!(list("totalCount nodes { title enterprise { name } }"), 3, "{engine:?}");
    }
}

#[test]
fn what_the_bureau_asks_costs_the_same_whatever_it_finds() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start_with(&place, &[("QINXIN_THREADS", "1")]);
        let analysis = |asked: &str| {
            let query = format!(
                "{{ reportAnalysis(years: [2022, 2023], {asked}) {{ groups {{ values figures {{ sum }} }} }} }}"
            );
            cost(&server, &query, &json!({}))
        };
        // The cells; with a distribution its steps.
        assert_eq!(analysis("by: [YEAR]"), 1, "{engine:?}");
        assert_eq!(analysis("by: [YEAR, REGION, INDUSTRY], regionCode: \"610000\""), 1, "{engine:?}");
        assert_eq!(analysis("by: [YEAR, INDUSTRY], distributionOf: TOTAL_REVENUE"), 2, "{engine:?}");
        let scene = Scene { place, server };
        let chief = scene.office("chief", "DIVISION_CHIEF", "610000");
        let asked = |query: &str| {
            scene.data(&chief.token, query, &json!({}));
            let before = scene.server.metric("qinxin_sql_statements_total");
            scene.data(&chief.token, query, &json!({}));
            scene.server.metric("qinxin_sql_statements_total") - before
        };
        // What is due, what was filed; the days.
        let progress = asked("{ filingProgress(year: 2023) { total { due filed } regions { count { filed } } } }");
        let days = asked("{ filingProgress(year: 2023) { total { due } days { day filed } } }");
        assert_eq!((progress, days), (2, 3), "{engine:?}");
        // The page, years in a row; the enterprises and the reports of all rows.
        let list = |first: u32| {
            asked(&format!(
                "{{ zeroValueReports(year: 2023, first: {first}) {{ nodes {{ enterprise {{ name }} report {{ year }} }} }} }}"
            ))
        };
        assert_eq!((list(2), list(20)), (4, 4), "{engine:?}");
    }
}

#[test]
fn a_report_is_saved_and_submitted_by_a_handful_of_statements() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start_with(&place, &[("QINXIN_THREADS", "1")]);
        let filing = Filing::at(Scene { place, server });
        let figures = filing.figures();
        let read = || filing.scene.server.metric("qinxin_sql_statements_total");
        let before = read();
        let saved = filing.data(SAVE, json!({ "version": 0, "values": figures }))["saveReportDraft"].take();
        assert_eq!(saved["filing"]["version"], 1, "{engine:?}: {saved}");
        // The enterprise; what the register knows of it, earlier reports, their tables and texts, the draft with its
        // state; the state that is answered.
        assert_eq!(read() - before, 6, "{engine:?}");
        let ask = json!({ "key": "counted-once", "reasons": reasons(&saved["findings"]) });
        let before = read();
        let filed = filing.data(SUBMIT, ask)["submitAnnualReport"].take();
        assert_eq!(filed["userErrors"], json!([]), "{engine:?}: {filed}");
        // The same to judge by, after what was done with the key; the report that is answered. What is written in the
        // transaction is not counted.
        assert_eq!(read() - before, 7, "{engine:?}");
    }
}
