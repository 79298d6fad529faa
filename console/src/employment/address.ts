// 用工需求的地址 A search for posts in the address bar: `/?posts=软件&region=610100&education=BACHELOR&pay=6000&order=PAY`.
import { valuesOf } from '../shared/vocabulary.ts';

export type EmploymentRoute = {
  page: 'employment';
  text: string;
  /** Whole subtree of one place; empty for everywhere. */
  region: string;
  education: string[];
  /** Yuan a month; empty for any. */
  leastPay: string;
  /** Years of experience that are asked for at most; empty for any. */
  mostYears: string;
  forGraduates: boolean;
  /** Empty for the last published first. */
  order: string;
};

/** Every post that is open. */
export const ALL_POSTS: EmploymentRoute = {
  page: 'employment',
  text: '',
  region: '',
  education: [],
  leastPay: '',
  mostYears: '',
  forGraduates: false,
  order: '',
};

const COUNT = /^\d{1,7}$/;
const countOf = (text: string | null): string => (text && COUNT.test(text) ? text : '');

export function employmentOf(query: URLSearchParams): EmploymentRoute {
  const region = query.get('region') ?? '';
  const order = query.get('order') ?? '';
  const known = new Set(valuesOf('EducationRequirement'));
  return {
    page: 'employment',
    text: query.get('posts') ?? '',
    region: /^\d{6}$/.test(region) ? region : '',
    education: query.getAll('education').filter((level) => known.has(level)),
    leastPay: countOf(query.get('pay')),
    mostYears: countOf(query.get('years')),
    forGraduates: query.get('graduates') === '1',
    order: order === 'PAY' || order === 'UNTIL' ? order : '',
  };
}

export function pairsOfEmployment({ text, region, education, leastPay, mostYears, forGraduates, order }: EmploymentRoute): [string, string][] {
  const more: [string, string][] = [
    ['region', region],
    ...education.map((level): [string, string] => ['education', level]),
    ['pay', leastPay],
    ['years', mostYears],
    ['graduates', forGraduates ? '1' : ''],
    ['order', order],
  ];
  return [['posts', text], ...more.filter(([, value]) => value !== '')];
}
