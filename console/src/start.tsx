// 启动 Draws the console at `/`.
import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { keepPlaces } from './place.ts';
import { steerBy } from './route.ts';
import { textReady } from './shared/text.ts';
import { Shell } from './shell/Shell.tsx';

const root = document.getElementById('root');
if (root) {
  keepPlaces();
  const router = createBrowserRouter([{ path: '*', element: <Shell /> }]);
  steerBy(router);
  void textReady().then(() =>
    createRoot(root).render(
      <StrictMode>
        <RouterProvider router={router} />
      </StrictMode>,
    ),
  );
}
