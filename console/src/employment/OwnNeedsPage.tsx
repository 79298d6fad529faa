// 用工需求（本企业） What one's own enterprise has published, open or not, each with the way to withdraw it; and another post
// published beside the annual report at any time.
import { App, Button, Tag } from 'antd';
import { OwnEnterprise } from '../filing/OwnEnterprise.tsx';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { Room } from '../room/Room.tsx';
import { useAct } from '../room/useAct.ts';
import { amend, type RoomRoute } from '../route.ts';
import { day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { ALL_POSTS } from './address.ts';
import './employment.css';
import { OwnPostsDocument, type OwnPostsQuery, type PostFragment, WithdrawPostDocument } from './generated/graphql.ts';
import { PublishForm } from './PublishForm.tsx';
import { educationOf, payOf } from './words.ts';

const connection = (data: OwnPostsQuery) => data.ownEmploymentNeeds;

export function OwnNeedsPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('用工需求')} extra={<Link to={ALL_POSTS}>{t('全部公示的岗位')}</Link>}>
      {() => (
        <OwnEnterprise route={route}>
          {({ uscc, name }, rest) => (
            <Needs key={uscc} uscc={uscc} name={name} isNew={rest === 'new'} open={(isNew) => amend({ ...route, at: isNew ? `${uscc}.new` : uscc })} />
          )}
        </OwnEnterprise>
      )}
    </Room>
  );
}

type Props = { uscc: string; name: string; isNew: boolean; open: (isNew: boolean) => void };

function Needs({ uscc, name, isNew, open }: Props) {
  const { message } = App.useApp();
  const found = usePages(OwnPostsDocument, { uscc }, connection);
  const published = (post: string) => {
    message.success(t('已公示“{post}”', { post }));
    open(false);
    found.retry();
  };
  return (
    <div className="stack">
      <Button type="primary" onClick={() => open(!isNew)} aria-expanded={isNew}>
        {t('公示新岗位')}
      </Button>
      {isNew && <PublishForm uscc={uscc} done={published} />}
      <Listed<PostFragment>
        of={found}
        label={t('用工需求')}
        lines={4}
        empty={t('还没有公示过岗位。公示后任何人都可以在“用工需求”中查到。')}
        rowKey="id"
        columns={[
          { title: t('岗位'), dataIndex: 'post' },
          { title: t('招聘人数'), dataIndex: 'headCount', align: 'right' },
          { title: t('月薪'), key: 'pay', render: (_, post) => payOf(post) },
          { title: t('工作地点'), key: 'place', render: (_, post) => post.region?.name ?? '—' },
          { title: t('公示期'), key: 'days', render: (_, { publishOn, until }) => `${day(publishOn)} — ${day(until)}` },
          { title: t('状态'), key: 'state', render: (_, post) => <Tag color={post.isOpen ? 'success' : 'default'}>{stateOf(post)}</Tag> },
          { title: t('办理'), key: 'act', render: (_, post) => <Withdraw uscc={uscc} post={post} done={found.retry} /> },
        ]}
        file={{
          name: t('{name}的用工需求', { name }),
          head: [t('岗位'), t('招聘人数'), t('月薪'), t('学历要求'), t('工作地点'), t('公示日期'), t('截止日期'), t('状态')],
          cells: (post) => [post.post, post.headCount, payOf(post), educationOf(post), post.region?.fullName ?? '', post.publishOn, post.until, stateOf(post)],
        }}
      />
    </div>
  );
}

function stateOf({ isOpen, withdrawnOn }: PostFragment): string {
  if (withdrawnOn) return t('{day}撤下', { day: day(withdrawnOn) });
  return isOpen ? t('公示中') : t('未公示');
}

/** 撤下 Asked once; a post that is gone may be published anew. */
function Withdraw({ uscc, post, done }: { uscc: string; post: PostFragment; done: () => void }) {
  const { modal } = App.useApp();
  const { isBusy, failure, act } = useAct();
  if (!post.isOpen || post.withdrawnOn) return null;
  const withdraw = () =>
    act(async () => {
      const { withdrawEmploymentNeed } = await ask(WithdrawPostDocument, { input: { uscc, id: post.id } }, NO_ABORT);
      refuse(withdrawEmploymentNeed.userErrors);
      done();
    });
  const confirm = () =>
    modal.confirm({
      title: t('撤下“{post}”？', { post: post.post }),
      content: t('今天起不再公示；需要继续招聘的，可以重新公示。'),
      okText: t('撤下'),
      onOk: withdraw,
    });
  return (
    <>
      <Button size="small" danger loading={isBusy} onClick={confirm}>
        {t('撤下')}
        <span className="unseen">：{post.post}</span>
      </Button>
      {failure && <Failed failure={failure} />}
    </>
  );
}
