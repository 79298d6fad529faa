// 首页入口 Lets the browser show what `index.html` says, then begins. A page that nobody sees yet has nothing to show.
const begin = () => void import('./start.tsx');

if (document.hidden) begin();
else requestAnimationFrame(() => setTimeout(begin));
