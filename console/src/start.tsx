// 启动 Draws the console at `/`.
import './style.css';
import { startTransition, StrictMode, useLayoutEffect } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, useNavigate } from 'react-router';
import { keepPlaces } from './place.ts';
import { steerBy } from './route.ts';
import { textReady } from './shared/text.ts';
import { Shell } from './shell/Shell.tsx';

/** Stands before the screens, so that they find a router when they begin. */
function Helm() {
  const navigate = useNavigate();
  // At once: a box that is ticked shows it before the next paint.
  useLayoutEffect(() => steerBy((to, options) => flushSync(() => void navigate(to, options))), [navigate]);
  return null;
}

const root = document.getElementById('root');
if (root) {
  keepPlaces();
  const page = (
    <StrictMode>
      <BrowserRouter useTransitions={false}>
        <Helm />
        <Shell />
      </BrowserRouter>
    </StrictMode>
  );
  // Bit by bit: what index.html shows stands there until then, and can be used.
  void textReady().then(() => startTransition(() => createRoot(root).render(page)));
}
