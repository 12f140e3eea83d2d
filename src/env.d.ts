/** The page's own version, put in by the build. */
declare const __UI_VERSION__: string;
