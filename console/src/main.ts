// 首页入口 Lets the browser show what `index.html` says, then begins. A page that nobody sees yet has nothing to show.
// Of the screens behind the sign-in the larger part is fetched beside the program, not after it.

function begin(): void {
  void import('./start.tsx');
  const asked = new URLSearchParams(location.search);
  if (asked.has('draft')) void import('./filing/ReportPage.tsx');
  else if (asked.has('room')) void import('./room/Room.tsx');
}

if (document.hidden) begin();
else requestAnimationFrame(() => setTimeout(begin));
