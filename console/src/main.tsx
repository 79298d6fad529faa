// 首页入口 Starts the console at `/`.
import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { keepPlaces } from './place.ts';

const root = document.getElementById('root');
if (root) {
  keepPlaces();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
