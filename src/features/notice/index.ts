export { ErrorNotice } from "./error-notice";
export { Awaiting, type Asked } from "./awaiting";
export { QueryView } from "./query-view";
export { isSecondThought, noticeOf } from "./model";
