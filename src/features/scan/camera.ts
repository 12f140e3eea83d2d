/** Why there is nothing to see. */
export type Blind = "denied" | "barred" | "none" | "busy" | "failed" | "taken";

/** A camera that runs. */
export interface Camera {
  /** What it sees, for the screen. */
  stream: MediaStream;
  /** The picture of this moment in shades of grey; nothing while there is none yet. */
  frame: () => Grey | undefined;
  /** Whether it has a light of its own that a page may switch. */
  hasTorch: boolean;
  /** Switches its light; false: the light stays as it was. */
  setTorch: (on: boolean) => Promise<boolean>;
  /** Calls back when the system takes the camera away. Not when it is stopped here. */
  onLost: (lost: () => void) => void;
  stop: () => void;
}

/** What a track's light is called; the types of pages do not know it yet. */
interface Torch {
  torch?: boolean;
}

/** A picture in shades of grey, a byte a pixel. */
export interface Grey {
  width: number;
  height: number;
  luma: Uint8Array;
}

/** The longer side of a frame that is sent to be read. */
const LONGEST = 960;

/** Says why the system gave no camera. */
export function blindness(thrown: unknown): Blind {
  switch (thrown instanceof DOMException || thrown instanceof Error ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

/** Whether there is a camera; true also where nobody can say. */
export async function hasCamera(): Promise<boolean> {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  try {
    const all = (await devices?.enumerateDevices()) ?? [];
    return all.length === 0 || all.some(({ kind }) => kind === "videoinput");
  } catch {
    return true;
  }
}

/** Whether the system answers for its owner that there is no camera for this page, and will not ask again; false where nobody can say. */
export async function mayNever(): Promise<boolean> {
  const permissions = (navigator as Partial<Navigator>).permissions;
  try {
    return (await permissions?.query({ name: "camera" }))?.state === "denied";
  } catch {
    return false;
  }
}

/** Whether the camera would be given now without a question; false also where nobody can say. */
export async function mayLook(): Promise<boolean> {
  const permissions = (navigator as Partial<Navigator>).permissions;
  try {
    return (await permissions?.query({ name: "camera" }))?.state === "granted";
  } catch {
    // Some web views know no such name.
    return false;
  }
}

/** Makes grey of colours: what the eye takes for bright. */
export function greyOf(rgba: Uint8ClampedArray, width: number, height: number): Grey {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at += 1, from += 4) {
    luma[at] = (77 * (rgba[from] ?? 0) + 150 * (rgba[from + 1] ?? 0) + 29 * (rgba[from + 2] ?? 0)) >> 8;
  }
  return { width, height, luma };
}

/** The body of a call with a frame: the scan, width and height, little endian, and brightness. */
export function frameBody(scan: number, grey: Grey): Uint8Array {
  const body = new Uint8Array(8 + grey.luma.length);
  const head = new DataView(body.buffer);
  head.setUint32(0, scan, true);
  head.setUint16(4, grey.width, true);
  head.setUint16(6, grey.height, true);
  body.set(grey.luma, 8);
  return body;
}

/** The body of a call with a picture or file. */
export function imageBody(scan: number, bytes: Uint8Array): Uint8Array {
  const body = new Uint8Array(4 + bytes.length);
  new DataView(body.buffer).setUint32(0, scan, true);
  body.set(bytes, 4);
  return body;
}

/** Starts the camera that looks away from the person, if there is one. Rejects with what `blindness` reads. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  // Absent where pages have no cameras, whatever the types say.
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) throw new DOMException("no cameras for pages", "NotFoundError");
  const stream = await devices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 960 } },
  });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
  } catch (thrown) {
    stop();
    throw thrown;
  }
  const [track] = stream.getVideoTracks();
  // Not every web view can tell.
  const able = (track as Partial<MediaStreamTrack> | undefined)?.getCapabilities?.() as Torch | undefined;
  const setTorch = async (on: boolean): Promise<boolean> => {
    try {
      const wanted: Torch = { torch: on };
      await track?.applyConstraints({ advanced: [wanted as MediaTrackConstraintSet] });
      return true;
    } catch {
      return false;
    }
  };
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const frame = (): Grey | undefined => {
    const { videoWidth, videoHeight } = video;
    if (!context || videoWidth === 0 || videoHeight === 0) return undefined;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    const width = Math.max(1, Math.round(videoWidth * scale));
    const height = Math.max(1, Math.round(videoHeight * scale));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(video, 0, 0, width, height);
    return greyOf(context.getImageData(0, 0, width, height).data, width, height);
  };
  return {
    stream,
    frame,
    hasTorch: able?.torch === true,
    setTorch,
    onLost: (lost) => track?.addEventListener("ended", lost),
    stop,
  };
}
