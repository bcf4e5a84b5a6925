/**
 * Properties with which Swagger UI shows a response:
 * https://github.com/swagger-api/swagger-ui/blob/master/docs/customization/
 */
interface BodyProps {
  readonly content: unknown;
  readonly url: string;
}

interface SwaggerUi {
  readonly React: { createElement(component: unknown, props: BodyProps): unknown };
}

/**
 * Returns a plugin of Swagger UI that plays audio which has arrived already. Its own player would ask for the file
 * again, without the token. The function runs in the browser as text, so it uses nothing from outside itself.
 */
export function playReceivedAudio() {
  const urls = new WeakMap<Blob, string>();
  const urlOf = (audio: Blob): string => {
    const url = urls.get(audio) ?? URL.createObjectURL(audio);
    urls.set(audio, url);
    return url;
  };
  const isAudio = (content: unknown): content is Blob => content instanceof Blob && content.type.startsWith('audio/');
  const playing = (body: unknown, ui: SwaggerUi) => (props: BodyProps) =>
    ui.React.createElement(body, isAudio(props.content) ? { ...props, url: urlOf(props.content) } : props);
  return { wrapComponents: { responseBody: playing } };
}
