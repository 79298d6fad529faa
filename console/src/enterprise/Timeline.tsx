// 时间线 All records of an enterprise on one line, by year; each says by a word what it is and whether it is public.
import { useGraph } from '../graphql/useGraph.ts';
import { day } from '../shared/format.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { EnterpriseTimelineDocument } from './generated/graphql.ts';
import { type Event, eventsOf, isCut } from './events.ts';

export function Timeline({ uscc }: { uscc: string }) {
  const { data, failure, retry } = useGraph(EnterpriseTimelineDocument, { uscc });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data?.enterprise) return <Loading lines={8} />;
  const events = eventsOf(data.enterprise);
  const years = [...new Set(events.map(({ on }) => on.slice(0, 4)))];
  return (
    <div className="records">
      {isCut(data.enterprise) && <p className="quiet">{t('每类只列最近的记录，其余见各标签页。')}</p>}
      {years.map((year) => (
        <section key={year} className="timeline">
          <h3>{t('{year}年', { year })}</h3>
          <ol>
            {events
              .filter(({ on }) => on.startsWith(year))
              .map((event) => (
                <Line key={event.id} event={event} />
              ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

const BADGES = { grave: 'badge badge-grave', good: 'badge badge-good', '': 'badge' };

function Line({ event: { on, kind, text, note, weight } }: { event: Event }) {
  return (
    <li className={weight ? `event event-${weight}` : 'event'}>
      <time dateTime={on}>{day(on).replace(/^\d{4}[年-]/, '')}</time>
      <div>
        <span className={BADGES[weight]}>{kind}</span> {text}
        {note && <div className="quiet">{note}</div>}
      </div>
    </li>
  );
}
