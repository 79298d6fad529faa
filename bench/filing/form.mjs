// 填报内容 What a filer types of a report that is otherwise prefilled.

const DRAFT = `query Draft($uscc: Uscc!, $year: Int!) {
  annualReportDraft(uscc: $uscc, year: $year) { fields { path type value required choices { code } } }
}`;
/** 经营数据 What a filer types, in 万元; the rest is prefilled. */
const FIGURES = {
  phone: '13912345678', total_assets: '560', total_liabilities: '200', owners_equity: '360', total_revenue: '800',
  main_revenue: '750', total_profit: '90', net_profit: '70', total_tax: '40', net_income: '90',
};

/** What a filer of a kind has to type: the fields that are required and not prefilled. */
export async function typed(ask, uscc, year) {
  const { data, errors } = await ask(DRAFT, { uscc, year });
  if (!data?.annualReportDraft) throw new Error(JSON.stringify(errors));
  const value = ({ path, type, choices }) =>
    FIGURES[path] ?? { INTEGER: '12', BOOL: '否', MONEY_WAN: '10', CHOICE: choices?.[0]?.code }[type] ?? '无';
  // Rows of the same insurances stand in every form; other tables are as their enterprise has them.
  const isOfAll = (path) => !path.includes('[') || path.startsWith('social_insurance[');
  const isAsked = ({ path, required, value: given }) =>
    isOfAll(path) && (path === 'phone' || path === 'insured_persons' || (required && given === null));
  return data.annualReportDraft.fields.filter(isAsked).map((field) => ({ path: field.path, value: value(field) }));
}
