// 先问 The form of a liaison, asked for as soon as it is known that one sits here.
import { askEarly } from '../early.ts';
import type { ViewerQuery } from '../shell/generated/graphql.ts';
import { FilingStartDocument } from './generated/graphql.ts';

export async function askAhead(viewer: Promise<ViewerQuery | null>, uscc: string, year: number): Promise<void> {
  const known = await viewer;
  if (known?.viewer.roles.some(({ role }) => role === 'LIAISON')) await askEarly(FilingStartDocument, { uscc, year });
}
