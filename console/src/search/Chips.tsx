// 已选条件 What narrows the search, each to be taken back by one click.
import { step } from '../route.ts';
import { amount, day } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { isNarrowed, LISTS, type ListName, type SearchRoute, toggled, wholeYear, widened } from './address.ts';
import { nameOf, useRegionName } from './names.ts';

const TITLES: Record<ListName, string> = {
  families: '记录',
  provinces: '来源省份',
  statuses: '登记状态',
  kinds: '类型',
  industries: '行业',
  grounds: '事由',
  authorities: '机关',
};

type Chip = { title: string; value: string; without: SearchRoute };

export function Chips({ route }: { route: SearchRoute }) {
  const place = useRegionName(route.region);
  if (!isNarrowed(route)) return null;
  const lists = Object.keys(LISTS) as ListName[];
  const chips: Chip[] = [
    ...lists.flatMap((list) =>
      route[list].map((value) => ({
        title: t(TITLES[list]),
        value: nameOf(list, value),
        without: toggled(route, list, value),
      })),
    ),
    ...(route.region ? [{ title: t('地区'), value: place, without: { ...route, region: '' } }] : []),
    ...days(route),
    ...amounts(route),
  ];
  return (
    <ul className="chips" aria-label={t('已选条件')}>
      {chips.map(({ title, value, without }) => (
        <li key={`${title}${value}`}>
          <button type="button" className="chip" onClick={() => step(without)}>
            <span className="unseen">{t('取消条件')} </span>
            {title}：{value} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" className="chip chip-all" onClick={() => step(widened(route))}>
            {t('全部取消')}
          </button>
        </li>
      )}
    </ul>
  );
}

function days(route: SearchRoute): Chip[] {
  const { from, to } = route;
  if (!from && !to) return [];
  const year = wholeYear(route);
  return [
    {
      title: year ? t('年份') : t('日期'),
      value: year ? t('{year}年', { year }) : between(from && day(from), to && day(to)),
      without: { ...route, from: '', to: '' },
    },
  ];
}

function amounts(route: SearchRoute): Chip[] {
  const { least, most } = route;
  if (!least && !most) return [];
  const value = between(least && amount(least, t('元')), most && amount(most, t('元')));
  return [{ title: t('金额'), value, without: { ...route, least: '', most: '' } }];
}

function between(first: string, last: string): string {
  if (first && last) return t('{first}至{last}', { first, last });
  return first ? t('{first}起', { first }) : t('至{last}', { last });
}
