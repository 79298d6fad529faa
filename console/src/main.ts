// 首页入口 Lets the browser show what `index.html` says, then begins. A page that nobody sees yet has nothing to show.
// Who sits here is asked at once; of the screens behind the sign-in the larger part is fetched beside the program, not
// after it.
import { askEarly } from './early.ts';
import { ViewerDocument } from './shell/generated/graphql.ts';

function begin(): void {
  const viewer = askEarly(ViewerDocument, {});
  void import('./start.tsx');
  const asked = new URLSearchParams(location.search);
  const [uscc, year, room] = [asked.get('uscc'), asked.get('draft'), asked.get('room')];
  if (uscc && year && !room) {
    void import('./filing/ahead.ts').then(({ askAhead }) => askAhead(viewer, uscc.trim().toUpperCase(), Number(year)));
    void import('./annual_report/DraftPage.tsx');
    void import('./filing/ReportPage.tsx');
  } else if (room === 'analysis') void import('./analysis/AnalysisPage.tsx');
  else if (room) void import('./room/Room.tsx');
}

if (document.hidden) begin();
else requestAnimationFrame(() => setTimeout(begin));
