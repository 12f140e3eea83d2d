/** The page's own version, put in by the build. */
declare const __UI_VERSION__: string;
/** Whether the fake backend may be used: in development and in the build that pictures are taken of. */
declare const __FAKE__: boolean;
