import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { playReceivedAudio } from './play-received-audio.js';

const ROOT = createRequire(import.meta.url)('swagger-ui-dist/absolute-path.js') as () => string;

/** Files of Swagger UI that its page needs, and their licences, by their types. */
export const SWAGGER_UI_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
  'swagger-ui-bundle.js.LICENSE.txt': 'text/plain; charset=utf-8',
  'swagger-ui-standalone-preset.js.LICENSE.txt': 'text/plain; charset=utf-8',
};

export function readSwaggerUiFile(name: string): Promise<Buffer> {
  return readFile(join(ROOT(), name));
}

/**
 * Builds the page.
 * @param base where its files are, as seen from the page; a path prefix of a proxy stays in front.
 */
export function swaggerUiPage(base: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Outdial API</title>
    <link rel="stylesheet" href="${base}swagger-ui.css" />
    <link rel="icon" type="image/png" href="${base}favicon-32x32.png" sizes="32x32" />
    <link rel="icon" type="image/png" href="${base}favicon-16x16.png" sizes="16x16" />
    <style>
      body {
        margin: 0;
      }
      .swagger-ui .topbar .download-url-wrapper {
        display: none;
      }
    </style>
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${base}swagger-ui-bundle.js"></script>
    <script src="${base}swagger-ui-standalone-preset.js"></script>
    <script src="${base}swagger-ui-init.js"></script>
  </body>
</html>
`;
}

/** Shows `/openapi.json`, which lies beside the folder of this script whatever stands in front of both. */
export const SWAGGER_UI_INIT = `const document_url = new URL('../openapi.json', document.currentScript.src).href;
window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: document_url,
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl, ${playReceivedAudio.toString()}],
    layout: 'StandaloneLayout',
    validatorUrl: null,
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
  });
});
`;
