// 首页入口 Starts the console at `/`.
import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { keepPlaces } from './place.ts';
import { steerBy } from './route.ts';
import { Shell } from './shell/Shell.tsx';

const root = document.getElementById('root');
if (root) {
  keepPlaces();
  const router = createBrowserRouter([{ path: '*', element: <Shell /> }]);
  steerBy(router);
  createRoot(root).render(
    <StrictMode>
      <RouterProvider router={router} />
    </StrictMode>,
  );
}
