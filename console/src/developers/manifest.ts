// 语句清单 The documents in a file of Apollo's, Relay's or graphql-codegen's tools, read here only to name the answer: the
// graph reads the file itself, in the same order.

/** Names by place; a document without a name is called by its beginning. */
export function namesOf(text: string): string[] {
  return documentsOf(text).map((document) => /\b(?:query|mutation|subscription)\s+(\w+)/.exec(document)?.[1] ?? `${document.trim().slice(0, 40)}…`);
}

function documentsOf(text: string): string[] {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null) return [];
    const { operations } = manifest as { operations?: unknown };
    if (Array.isArray(operations)) return operations.map((one: { body?: unknown } | null) => String(one?.body ?? ''));
    // The graph walks through them by the order of their keys.
    return Object.entries(manifest).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => String(document));
  } catch {
    return [];
  }
}
