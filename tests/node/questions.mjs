// Questions of every shape, drawn from the golden SDL by a seeded generator: nested pages, aliases,
// fragments, conditions, variables, and now and then an argument that has to be refused. Fields
// that are new in the SDL are asked by themselves; those that need an argument, once a value for it
// stands in `arguments_` below.

import {
  astFromValue,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  print,
} from 'graphql';

const ROOTS = ['enterprise', 'enterprises', 'penalty', 'regions', 'node', 'search'];
// Far inside what the server allows: the gateway may add to a question.
const LEVELS = 7;
const ROWS = 120;
const ALIASES = 12;
const INVALID_SHARE = 0.08;

/** Numbers between 0 and 1 that are the same on every machine (mulberry32). */
export function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One question after the other, each `{ query, variables, isValid }`; `known` has real values. */
export function questions(schema, known, roll) {
  return () => new Question(schema, known, roll).draw();
}

class Question {
  #variables = {};
  #declared = [];
  #fragments = [];
  #aliases = 0;

  constructor(schema, known, roll) {
    Object.assign(this, { schema, known, roll });
  }

  draw() {
    // What is refused is asked alone, so that it is clear what the refusal takes with it.
    if (this.#chance(INVALID_SHARE)) {
      const [query, variables = {}] = this.#pick(refused(this.#pick(this.known.uscc)));
      return { query, variables, isValid: false };
    }
    const roots = this.schema.getQueryType().getFields();
    const taken = new Set();
    const asked = Array.from({ length: 1 + this.#below(3) }, () =>
      this.#field(roots[this.#pick(ROOTS)], 'Query', taken, LEVELS, ROWS),
    );
    if (this.#chance(0.2)) asked.push('__typename');
    const head = this.#declared.length > 0 ? `query Q(${this.#declared.join(', ')}) ` : '';
    const query = [`${head}{ ${asked.join(' ')} }`, ...this.#fragments].join('\n');
    return { query, variables: this.#variables, isValid: true };
  }

  /** A field with its arguments and what is asked below it; '' if there is no room for it. */
  #field(field, owner, taken, levels, rows) {
    const type = getNamedType(field.type);
    const page = type.name.endsWith('Connection') ? this.#page(field, rows) : undefined;
    const args = { ...page?.args, ...this.#arguments(field, owner) };
    // Cursors belong to an order, the known ones to the usual one.
    if (args.orderBy) ['after', 'before'].forEach((name) => delete args[name]);
    if (field.args.some((arg) => isRequiredArgument(arg) && !(arg.name in args))) return '';
    let name = field.name;
    if (taken.has(name) || this.#chance(0.08)) {
      if (this.#aliases === ALIASES) return '';
      this.#aliases += 1;
      name = `a${this.#aliases}_${field.name}`;
    }
    taken.add(name);
    const many = page ? Math.max(page.size, 1) : isListType(getNullableType(field.type)) ? 5 : 1;
    const below = isLeafType(type) ? '' : ` ${this.#selection(type, levels - 1, Math.floor(rows / many))}`;
    const label = name === field.name ? '' : `${name}: `;
    return `${label}${field.name}${this.#written(field, args)}${this.#condition()}${below}`;
  }

  #selection(type, levels, rows) {
    const taken = new Set();
    const parts = ['__typename'];
    if (!isObjectType(type)) {
      const shared = type.getFields?.().id ? ['id'] : [];
      // Different types may not give different things under one name, so that they share `taken`.
      const members = this.#some([...this.schema.getPossibleTypes(type)], 3);
      const inner = members.map(
        (member) => `... on ${member.name} { ${this.#fields(member, taken, levels, rows).join(' ')} }`,
      );
      return `{ ${[...parts, ...shared, ...inner].join(' ')} }`;
    }
    if (!this.#chance(0.3)) parts.pop();
    parts.push(...this.#fields(type, taken, levels, rows));
    if (this.#chance(0.15)) parts.push(this.#fragment(type, taken));
    if (this.#chance(0.1)) parts.push(`... ${this.#condition()} { ${this.#leaf(type)} }`);
    return `{ ${parts.join(' ')} }`;
  }

  #fields(type, taken, levels, rows) {
    const fields = Object.values(type.getFields()).filter(({ name }) => !taken.has(name));
    const leaves = fields.filter(({ type }) => isLeafType(getNamedType(type)));
    const branches = fields.filter((field) => !leaves.includes(field));
    const parts = this.#some(leaves, 6).map((field) => this.#field(field, type.name, taken, levels, rows));
    if (levels > 0 && rows > 1) {
      const wanted = /Connection$|Edge$/.test(type.name) ? 2 : this.#chance(0.75) ? 1 + this.#below(3) : 0;
      parts.push(...this.#some(branches, wanted).map((field) => this.#field(field, type.name, taken, levels, rows)));
    }
    const asked = parts.filter(Boolean);
    return asked.length > 0 ? asked : ['__typename'];
  }

  /** A fragment of its own with plain fields, which merge with those that are asked already. */
  #fragment(type, taken) {
    const name = `F${this.#fragments.length}`;
    const inner = this.#some(plainFields(type), 4);
    inner.forEach((field) => taken.add(field));
    this.#fragments.push(`fragment ${name} on ${type.name} { ${['__typename', ...inner].join(' ')} }`);
    return `...${name}${this.#condition()}`;
  }

  #leaf(type) {
    return this.#pick([...plainFields(type), '__typename']);
  }

  #condition() {
    if (!this.#chance(0.06)) return '';
    return ` @${this.#pick(['include', 'skip'])}(if: ${this.#value('Boolean!', this.#chance(0.5))})`;
  }

  #page(field, rows) {
    const size = this.#below(Math.min(rows, 6) + 1);
    const takesLast = field.args.some(({ name }) => name === 'last');
    const [count, cursor] = takesLast && this.#chance(0.35) ? ['last', 'before'] : ['first', 'after'];
    const args = { [count]: size };
    const cursors = this.known.cursors[field.name];
    if (cursors?.length && this.#chance(0.25)) args[cursor] = this.#pick(cursors);
    return { size, args };
  }

  /** Values for the arguments that are no page: those that are required, and half of the others. */
  #arguments(field, owner) {
    const pick = (list) => this.#pick(list);
    const values = arguments_[`${owner}.${field.name}`]?.(this.known, pick, (share) => this.#chance(share)) ?? {};
    const isKept = (arg) => arg.name in values && (isRequiredArgument(arg) || this.#chance(0.5));
    return Object.fromEntries(field.args.filter(isKept).map(({ name }) => [name, values[name]]));
  }

  #written(field, args) {
    const written = field.args
      .filter(({ name }) => name in args)
      .map(({ name, type }) => `${name}: ${this.#value(type, args[name])}`);
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  /** A value as a literal or as a variable. */
  #value(type, value) {
    if (this.#chance(0.4)) {
      const name = `v${this.#declared.length}`;
      this.#declared.push(`$${name}: ${type}`);
      this.#variables[name] = value;
      return `$${name}`;
    }
    return typeof type === 'string' ? String(value) : print(astFromValue(value, type));
  }

  #chance(share) {
    return this.roll() < share;
  }

  #below(limit) {
    return Math.floor(this.roll() * limit);
  }

  #pick(list) {
    return list[this.#below(list.length)];
  }

  /** Up to `most` of a list, at least one, each once. */
  #some(list, most) {
    const rest = [...list];
    const count = Math.min(rest.length, most === 0 ? 0 : 1 + this.#below(most));
    return Array.from({ length: count }, () => rest.splice(this.#below(rest.length), 1)[0]);
  }
}

/** Names of the fields of a type that hold one value and take nothing. */
function plainFields(type) {
  const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)) && !field.args.length);
  return fields.map(({ name }) => name);
}

/** Values for arguments, by type and field. */
const arguments_ = {
  'Query.enterprise': ({ uscc }, pick) => ({ uscc: pick(uscc), asOf: pick(['2026-01-01', '2024-06-30', '2019-12-31']) }),
  'Query.penalty': ({ documentNumbers }, pick) => ({ documentNumber: pick([...documentNumbers, '没有此文号']) }),
  'Query.node': ({ ids }, pick) => ({ id: pick(ids) }),
  'Query.regions': ({ regionCodes }, pick) => ({ parent: pick(regionCodes) }),
  'Query.search': ({ names, documentNumbers, regionCodes }, pick, chance) => ({
    query: pick([...names, ...documentNumbers, '食品', '西安 餐饮', '未按规定']),
    filter: { ...(chance(0.5) && { families: ['PENALTY'] }), ...(chance(0.3) && { regionCode: pick(regionCodes) }) },
  }),
  'Query.enterprises': ({ regionCodes, names, representatives }, pick, chance) => ({
    filter: {
      ...(chance(0.5) && { regionCode: pick(regionCodes) }),
      ...(chance(0.4) && { statuses: pick([['ACTIVE'], ['ACTIVE', 'OPERATING'], ['REVOKED', 'DEREGISTERED'], []]) }),
      ...(chance(0.3) && { kinds: pick([['LIMITED_COMPANY'], ['BRANCH', 'FOREIGN_INVESTED'], []]) }),
      ...(chance(0.2) && { industryCode: pick(['F', '62', 'C', '52']) }),
      ...(chance(0.2) && { registeredCapitalWan: pick([{ gte: '100' }, { gte: '10.5', lte: '5000' }]) }),
      ...(chance(0.2) && { establishedOn: pick([{ gte: '2015-01-01' }, { lte: '2020-12-31', gte: '2001-01-01' }]) }),
      ...(chance(0.1) && { nameContains: pick(names).slice(2, 4) }),
      ...(chance(0.05) && { legalRepresentative: pick(representatives) }),
    },
    orderBy: { field: pick(['ESTABLISHED_ON', 'NAME', 'REGISTERED_CAPITAL', 'USCC']), direction: pick(['ASC', 'DESC']) },
  }),
};

/** Questions that are refused, by a gateway or by us, before or while they run; with their variables. */
function refused(uscc) {
  const list = (args) => `{ enterprises(${args}) { nodes { name } } }`;
  return [
    [list('first: 101')],
    [list('first: -1')],
    [list('first: 1, last: 1')],
    [list('first: "1"')],
    [list('first: 1, after: "zzz"')],
    [list('first: 1, filter: { regionCode: "000001" }')],
    [list('first: 1, filter: { statuses: [ASLEEP] }')],
    [list('first: 1, filter: { establishedOn: { gte: "2025-02-30" } }')],
    [list('first: 1, filter: { registeredCapitalWan: { gte: "much" } }')],
    [list('first: 1, orderBy: { direction: ASC }')],
    ['query ($first: Int) { enterprises(first: $first) { nodes { name } } }', { first: 1000 }],
    ['query ($filter: EnterpriseFilter) { enterprises(filter: $filter, first: 1) { totalCount } }', { filter: { city: 1 } }],
    ['query ($uscc: Uscc!) { enterprise(uscc: $uscc) { name } }'],
    ['query ($uscc: Uscc!) { enterprise(uscc: $uscc) { name } }', { uscc: '91610113MA6TXXXXXX' }],
    ['{ enterprise { name } }'],
    ['{ enterprise(uscc: 7) { name } }'],
    [`{ enterprise(uscc: "${uscc}", asOf: "yesterday") { name } }`],
    [`{ enterprise(uscc: "${uscc}") { nickname } }`],
    [`{ enterprise(uscc: "${uscc}") { name { first } } }`],
    [`{ enterprise(uscc: "${uscc}") { region } }`],
    [`{ enterprise(uscc: "${uscc}") { penalties(first: 101) { totalCount } name } }`],
    [`{ enterprise(uscc: "${uscc}") { changes { item } licences(first: 2, after: "zzz") { totalCount } } }`],
    ['{ regions(parent: "12") { name } }'],
    ['{ node(id: "nonsense") { id } }'],
    ['{ node(id: "nonsense") { name } }'],
    ['{ penalty(documentNumber: 1.5) { decision } }'],
  ];
}
