/** Fetching plotly.js, once. */

let loading = null;

/** Plotly, from the page where it is there already, else from `url`. */
export function loadPlotly(url) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = document.querySelector('script[data-playground-plotly]') ?? document.createElement('script');
    script.addEventListener('load', () => resolve(window.Plotly));
    script.addEventListener('error', () => reject(new Error('plotly.js could not be loaded.')));
    if (script.isConnected) return;
    script.dataset.playgroundPlotly = '';
    script.src = url;
    document.head.append(script);
  });
  return loading;
}
