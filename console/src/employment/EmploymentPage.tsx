// 用工需求 Posts that are open today, for everybody who looks for work. The whole search stands in the address.
import { type FormEvent, useState } from 'react';
import { usePages } from '../graphql/useGraph.ts';
import { amend, step } from '../route.ts';
import { Download } from '../shared/Download.tsx';
import { Facts } from '../shared/Facts.tsx';
import { day, parted } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { More } from '../shared/More.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { ALL_POSTS, type EmploymentRoute } from './address.ts';
import './employment.css';
import { type EducationRequirement, type EmploymentNeedOrderField, type OpenPostsQuery, OpenPostsDocument } from './generated/graphql.ts';
import { Place } from './Place.tsx';
import { educationOf, payOf, yearsOf } from './words.ts';

type Post = OpenPostsQuery['employmentNeeds']['nodes'][number];
const connection = (data: OpenPostsQuery) => data.employmentNeeds;
const ORDERS: Record<string, { field: EmploymentNeedOrderField; direction: 'ASC' | 'DESC'; title: string }> = {
  '': { field: 'PUBLISH_ON', direction: 'DESC', title: '最新公示' },
  PAY: { field: 'PAY', direction: 'DESC', title: '月薪从高到低' },
  UNTIL: { field: 'UNTIL', direction: 'ASC', title: '即将截止' },
};

export function EmploymentPage({ route }: { route: EmploymentRoute }) {
  const order = ORDERS[route.order] ?? ORDERS[''];
  const found = usePages(OpenPostsDocument, { filter: filterOf(route), orderBy: order && { field: order.field, direction: order.direction } }, connection);
  const posts = found.pages.flatMap(({ nodes }) => nodes);
  const [first] = found.pages;
  return (
    <>
      <PageTitle name={route.text && t('{words} - 用工需求', { words: route.text })}>{t('用工需求')}</PageTitle>
      <p>{t('经营主体正在招聘的岗位，由用人单位公示并负责。')}</p>
      <Conditions key={`${route.text} ${route.leastPay} ${route.mostYears}`} route={route} />
      {found.failure && posts.length === 0 && <Failed failure={found.failure} retry={found.retry} />}
      {!first && !found.failure && <Loading lines={8} />}
      {first && (
        <p className="quiet" role="status">
          {t('共 {count} 个岗位', { count: parted(first.totalCount) })}
        </p>
      )}
      {first && posts.length === 0 && !found.loading && (
        <Empty>
          <p>{t('没有符合条件的岗位，请放宽条件。')}</p>
          <p>
            <Link to={ALL_POSTS}>{t('查看全部岗位')}</Link>
          </p>
        </Empty>
      )}
      {posts.length > 0 && (
        <div aria-busy={found.loading}>
          <More of={found}>
            <ul className="plain posts">
              {posts.map((post) => (
                <PostItem key={post.id} post={post} />
              ))}
            </ul>
          </More>
          <Download
            name={t('用工需求')}
            head={[t('岗位'), t('用人单位'), t('统一社会信用代码'), t('招聘人数'), t('月薪'), t('学历要求'), t('工作年限'), t('工作地点'), t('公示日期'), t('截止日期')]}
            rows={posts.map((post) => [
              post.post,
              post.enterprise.name,
              post.enterprise.uscc,
              post.headCount,
              payOf(post),
              educationOf(post),
              yearsOf(post),
              post.region?.fullName ?? '',
              post.publishOn,
              post.until,
            ])}
          />
        </div>
      )}
    </>
  );
}

function filterOf({ text, region, education, leastPay, mostYears, forGraduates }: EmploymentRoute) {
  return {
    ...(text && { text }),
    ...(region && { regionCodes: [region] }),
    ...(education.length > 0 && { education: education as EducationRequirement[] }),
    ...(leastPay && { minPay: Number(leastPay) }),
    ...(mostYears && { maxExperienceYears: Number(mostYears) }),
    ...(forGraduates && { forGraduates: true }),
  };
}

/** What is chosen counts at once; what is typed, with the button. */
function Conditions({ route }: { route: EmploymentRoute }) {
  const [text, setText] = useState(route.text);
  const [leastPay, setLeastPay] = useState(route.leastPay);
  const [mostYears, setMostYears] = useState(route.mostYears);
  const typed = { ...route, text: text.trim(), leastPay: leastPay.trim(), mostYears: mostYears.trim() };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    step(typed);
  };
  const toggle = (level: string) => {
    const education = route.education.includes(level) ? route.education.filter((one) => one !== level) : [...route.education, level];
    amend({ ...typed, education });
  };
  return (
    <form className="card post-search" onSubmit={submit} role="search" aria-label={t('查找岗位')}>
      <label htmlFor="post-words">{t('岗位或福利')}</label>
      <div className="input-row">
        <input id="post-words" type="search" value={text} maxLength={60} autoComplete="off" placeholder={t('例如：会计、电工、五险一金')} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="primary">
          {t('查找')}
        </button>
      </div>
      <div className="post-conditions">
        <label>
          {t('月薪不低于（元）')}
          <input type="number" inputMode="numeric" min={0} max={9999999} value={leastPay} onChange={(event) => setLeastPay(event.target.value)} />
        </label>
        <label>
          {t('工作年限要求不超过（年）')}
          <input type="number" inputMode="numeric" min={0} max={60} value={mostYears} onChange={(event) => setMostYears(event.target.value)} />
        </label>
        <label>
          {t('排序')}
          <select value={route.order} onChange={(event) => amend({ ...typed, order: event.target.value })}>
            {Object.entries(ORDERS).map(([value, { title }]) => (
              <option key={value} value={value}>
                {t(title)}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{t('工作地点')}</legend>
          <Place id="post-place" value={route.region} choose={(region) => amend({ ...typed, region })} />
        </fieldset>
        <fieldset>
          <legend>{t('学历要求')}</legend>
          <div className="choices">
            {valuesOf('EducationRequirement').map((level) => (
              <label key={level} className="choice">
                <input type="checkbox" checked={route.education.includes(level)} onChange={() => toggle(level)} /> {term('EducationRequirement', level)}
              </label>
            ))}
          </div>
        </fieldset>
        <label className="choice">
          <input type="checkbox" checked={route.forGraduates} onChange={() => amend({ ...typed, forGraduates: !route.forGraduates })} /> {t('招聘高校毕业生')}
        </label>
      </div>
    </form>
  );
}

function PostItem({ post }: { post: Post }) {
  return (
    <li className="card">
      <h2>
        {post.post} <span className="badge">{payOf(post)}</span>
      </h2>
      <p>
        <Link to={{ page: 'enterprise', uscc: post.enterprise.uscc, tab: '', at: '' }}>{post.enterprise.name}</Link>
      </p>
      <Facts
        facts={[
          { label: t('招聘人数'), value: t('{count} 人', { count: post.headCount }) + (post.graduates ? `（${t('应届毕业生 {count} 人', { count: post.graduates })}）` : '') },
          { label: t('学历要求'), value: educationOf(post) },
          { label: t('工作年限'), value: yearsOf(post) },
          { label: t('工作地点'), value: post.region?.fullName ?? null },
          { label: t('公示日期'), value: day(post.publishOn) },
          { label: t('截止日期'), value: day(post.until) },
          ...(post.benefits ? [{ label: t('福利待遇'), value: post.benefits, wide: true }] : []),
        ]}
      />
    </li>
  );
}
