// 对照 What the right answers are, found out before the load: facts straight from the database, and the
// text of every answer that must not change, read once and compared with those facts.

import { nobody } from './http.mjs';
import { each, settings } from './settings.mjs';
import { rows } from './systems.mjs';

const RECORD = `query Record($uscc: Uscc!) {
  enterprise(uscc: $uscc) {
    id uscc name kind status typeName legalRepresentative registeredCapitalWan establishedOn approvedOn address
    businessScope employees phone industry { code name } region { code fullName }
    creditSummary { penaltyCount activeAbnormalListing activeSeriousViolation lastReportYear }
    changes { item before after changedOn } keyPersons { name role }
    shareholders { name contributions { subscribedWan paidWan } }
    licences(first: 5) { totalCount nodes { licenceNumber validTo } }
    inspections(first: 5) { totalCount nodes { inspectedOn result } }
    penalties(first: 5) { totalCount nodes { documentNumber amountYuan decidedOn } }
    annualReports(first: 3) { totalCount nodes { year totalAssetsWan } }
  }
}`;
const LIST = `query List($city: RegionCode!, $status: EnterpriseStatus!, $field: EnterpriseOrderField!, $after: String) {
  enterprises(filter: { regionCode: $city, statuses: [$status] }, orderBy: { field: $field, direction: DESC }, first: 20, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { uscc name status registeredCapitalWan establishedOn }
  }
}`;
const NESTED = `query Nested($city: RegionCode!, $field: EnterpriseOrderField!) {
  enterprises(filter: { regionCode: $city }, orderBy: { field: $field }, first: 20) {
    nodes {
      uscc name
      penalties(first: 5) { totalCount nodes { documentNumber decidedOn enterprise { uscc } } }
      annualReports(first: 5) { nodes { year submittedOn employees } }
    }
  }
}`;
const SEARCH = `query Search($query: String!) {
  search(query: $query, filter: { families: [ENTERPRISE] }, first: 10) {
    totalCount isApproximate facets { kinds { value count } statuses { value count } }
    nodes { ... on Enterprise { uscc name } }
  }
}`;
const DRAFT = `query Draft($uscc: Uscc!, $values: [ReportFieldInput!]) {
  annualReportDraft(uscc: $uscc, year: 2025, values: $values) {
    formKind windowTo filedOn
    fields { path value required source { kind reference } }
    findings { ruleId severity message mend paths }
  }
}`;
const NODE = `query Node($id: ID!) {
  node(id: $id) { id ... on Penalty { documentNumber decidedOn amountYuan enterprise { uscc name } } ... on Enterprise { uscc name } }
}`;
const DOCUMENTS = { record: RECORD, list: LIST, nested: NESTED, search: SEARCH, draft: DRAFT, node: NODE };
/** What partner clients register and then call by its hash. */
export const PARTNER_DOCUMENT = RECORD;

const LISTED = ['ACTIVE', 'DEREGISTERED', 'REVOKED'];
const ORDERS = ['REGISTERED_CAPITAL', 'ESTABLISHED_ON', 'NAME'];
/** What a filer typed: nothing, or a field of every form, wrong in two ways. */
const DRAFTED = [[], [{ path: 'phone', value: '12' }], [{ path: 'phone', value: '联系电话' }]];

export const globalId = (family, id) => Buffer.from(`${family}:${id}`).toString('base64url');

/** Rows in an order that looks like chance and is the same for the same seed. */
const drawn = (query, count, on = 'id') => rows(`${query} ORDER BY md5(${on} || '-${settings.seed}') LIMIT ${count}`);

/** 事实 Facts as they lie in the database. */
export async function readFacts() {
  const enterprise = 'SELECT id, uscc, name, legal_representative, phone, city_code, region_code FROM enterprises';
  const enterprises = await drawn(`${enterprise} WHERE region_code / 10000 = 61`, 400);
  for (const row of enterprises) row.globalId = globalId('Enterprise', row.id);
  const abroad = await drawn(`${enterprise} WHERE region_code / 10000 <> 61 AND phone IS NOT NULL`, 50);
  const cities = await rows(`SELECT city_code, count(*) FROM enterprises WHERE region_code / 10000 = 61
    GROUP BY city_code ORDER BY count(*) DESC LIMIT 10`);
  const penalties = await drawn(`SELECT p.id, p.document_number, e.uscc FROM penalties p JOIN enterprises e ON e.id = p.enterprise_id`, 200, 'p.id');
  const followed = await drawn(`SELECT e.id, e.uscc, array_agg(p.id ORDER BY p.id) AS penalties FROM enterprises e
    JOIN penalties p ON p.enterprise_id = e.id GROUP BY e.id HAVING count(*) BETWEEN 2 AND 12`, settings.followed, 'e.id');
  return { enterprises, abroad, home: cities.map(({ city_code }) => String(city_code)), penalties, followed };
}

/** The questions whose answers must not change, by kind. */
function questions(facts) {
  const { enterprises, home, penalties } = facts;
  const cities = home.slice(0, 8);
  const firstLists = cities.flatMap((city) => LISTED.flatMap((status) => ORDERS.map((field) => ({ city, status, field }))));
  const searched = enterprises.slice(0, 60).flatMap(({ name, uscc, legal_representative }) => [name, uscc, legal_representative]);
  return {
    record: enterprises.slice(0, 300).map(({ uscc }) => ({ uscc })),
    list: firstLists,
    nested: cities.flatMap((city) => ORDERS.map((field) => ({ city, field }))),
    search: searched.map((query) => ({ query })),
    draft: enterprises.slice(0, 90).map(({ uscc }, index) => ({ uscc, values: DRAFTED[index % DRAFTED.length] })),
    node: [
      ...penalties.slice(0, 150).map(({ id }) => ({ id: globalId('Penalty', id) })),
      ...enterprises.slice(0, 50).map((row) => ({ id: row.globalId })),
    ],
  };
}

/** Reads the answers once. A case is a body, its variables and the whole text that answers it. */
export async function readCases(client, facts) {
  const cases = {};
  for (const [kind, all] of Object.entries(questions(facts))) {
    cases[kind] = await answered(client, kind, all);
  }
  const seconds = cases.list.filter(({ data }) => data.enterprises.pageInfo.hasNextPage);
  const after = ({ variables, data }) => ({ ...variables, after: data.enterprises.pageInfo.endCursor });
  cases.list.push(...(await answered(client, 'list', seconds.map(after))));
  await compared(cases, facts);
  return cases;
}

async function answered(client, kind, all) {
  const cases = [];
  await each(all, 4, async (variables, index) => {
    const body = JSON.stringify({ query: DOCUMENTS[kind], variables });
    const { status, text } = await client.post('oracle', nobody, body);
    const { data, errors } = JSON.parse(text);
    if (status !== 200 || errors) throw new Error(`${kind} ${JSON.stringify(variables)}: ${text}`);
    cases[index] = { kind, body, variables, text, data };
  });
  return cases;
}

/** Throws unless the answers tell what the database holds. */
async function compared(cases, facts) {
  const expect = (holds, what) => {
    if (!holds) throw new Error(`the oracle does not agree with the database: ${JSON.stringify(what)}`);
  };
  const known = new Map(facts.enterprises.map((row) => [row.uscc, row]));
  for (const { variables, data: { enterprise } } of cases.record) {
    const row = known.get(variables.uscc);
    expect(enterprise?.name === row.name && enterprise.legalRepresentative === row.legal_representative, variables);
    // The number lies sealed; what everybody is shown of it tells a number that is revealed from another one.
    expect(row.phone === null ? enterprise.phone === null : enterprise.phone?.includes('*'), { masked: variables });
    row.masked = enterprise.phone;
  }
  const counts = await rows('SELECT city_code, status, count(*) FROM enterprises GROUP BY city_code, status');
  for (const { variables, data: { enterprises } } of cases.list) {
    const { city, status } = variables;
    const row = counts.find((row) => String(row.city_code) === city && row.status === status);
    expect(enterprises.totalCount === Number(row?.count ?? 0), variables);
  }
  const decided = new Map(facts.penalties.map((row) => [globalId('Penalty', row.id), row]));
  for (const { variables, data: { node } } of cases.node) {
    const row = decided.get(variables.id);
    const holds = row ? node.documentNumber === row.document_number && node.enterprise.uscc === row.uscc : known.has(node.uscc);
    expect(holds && node.id === variables.id, variables);
  }
  const uscc = (text) => /^[0-9A-Z]{18}$/.test(text);
  for (const { variables, data: { search } } of cases.search.filter(({ variables }) => uscc(variables.query))) {
    expect(search.nodes[0]?.uscc === variables.query, variables);
  }
}

/** 草稿 Whether somebody gets the draft that strangers get; others may see personal data in it. */
export const draftsAsStranger = ({ role }) => role === 'ANALYST';

/** Throws unless a caller gets the same public answers as a stranger. */
export async function sameFor(client, cases, callers) {
  for (const caller of callers) {
    for (const [kind, [first]] of Object.entries(cases)) {
      if (kind === 'draft' && !draftsAsStranger(caller)) continue;
      const { text } = await client.post(caller.desk, caller.credential, first.body);
      if (text !== first.text) throw new Error(`${caller.desk} is answered otherwise than a stranger: ${text}`);
    }
  }
}

/**
 * Whether what is there of an answer is right: an answer with errors has gaps, never other values.
 */
export function agrees(part, whole) {
  if (part === null || part === undefined) return true;
  if (Array.isArray(part)) return Array.isArray(whole) && part.length === whole.length && part.every((item, at) => agrees(item, whole[at]));
  if (typeof part === 'object') return typeof whole === 'object' && whole !== null && Object.entries(part).every(([key, value]) => agrees(value, whole[key]));
  return part === whole;
}
