/** Inline pictures, drawn in the colour of the text. */

const filled = (shape) =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true">${shape}</svg>`;
const drawn = (shape) => `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
  stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

export const icons = {
  start: filled('<path d="M6 5h2.4v14H6zM19 5.6v12.8L9.4 12z"/>'),
  back: filled('<path d="M15.6 5.6v12.8L6 12zM17 5h2v14h-2z"/>'),
  play: filled('<path d="M7.5 4.8v14.4L19.5 12z"/>'),
  pause: filled('<path d="M6.5 5h4v14h-4zM13.5 5h4v14h-4z"/>'),
  next: filled('<path d="M8.4 5.6v12.8L18 12zM5 5h2v14H5z"/>'),
  pin: drawn('<path d="M9 4h6l-.8 6 3.3 3.2H6.5L9.8 10zM12 13.2V20"/>'),
  branch: drawn('<circle cx="6" cy="6" r="2.2"/><circle cx="6" cy="18" r="2.2"/><circle cx="18" cy="9" r="2.2"/><path d="M6 8.2v7.6M18 11.2c0 4-8 2.6-11.4 5"/>'),
  close: drawn('<path d="M7 7l10 10M17 7L7 17"/>'),
  log: drawn('<path d="M4 4v16h16M7 16.5c5-1 5.5-9.5 12-10.5M4 15h2M4 11h2M4 8.5h2M4 7h2"/>'),
  discrete: drawn('<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M12 4v16M4 12h16"/>'),
  picture: drawn('<path d="M12 4v10m0 0l-4-4m4 4l4-4M5 19h14"/>'),
  present: drawn('<path d="M3 4.5h18M4.5 4.5v11h15v-11M12 15.5V19m-4 1.5L12 17l4 3.5"/>'),
  share: drawn('<path d="M12 15V4m0 0L8 8m4-4l4 4M5 13v6h14v-6"/>'),
  code: drawn('<path d="M8.5 7L4 12l4.5 5M15.5 7l4.5 5-4.5 5"/>'),
  copy: drawn('<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 5.5V4H4v11h1.5"/>'),
};
