// What passes between Python and the browser, and between the modules there. Every module knows these names without an
// import: they are for the type check only, and no browser gets them.

/** A widget's model, as anywidget hands it out: `State` are the synchronised traits, `Message` what Python sends. */
type Model<State, Message> = {
  get<Name extends keyof State>(name: Name): State[Name];
  set<Name extends keyof State>(name: Name, value: State[Name]): void;
  send(content: object): void;
  on(event: "msg:custom", callback: (message: Message, buffers: DataView[]) => void): void;
  on(event: `change:${keyof State & string}`, callback: () => void): void;
  off(event: "msg:custom", callback: (message: Message, buffers: DataView[]) => void): void;
  off(event: `change:${keyof State & string}`, callback: () => void): void;
};

// marked.py

type Paragraph = Piece[];
/** The text of "math" is MathML. */
type Piece = [tag: "" | "code" | "strong" | "em" | "math", text: string];

// explorer.py

type ExplorerModel = Model<ExplorerState, PictureMessage>;
type ExplorerState = {
  controls: Specification[];
  structure: string;
  numbers: DataView;
  number: number;
  initial: number;
  source: { module?: string; name?: string };
  only: number;
};
type PictureMessage = { kind: "picture"; number: number; structure: string };

// choice.py

type ChoiceModel = Model<ChoiceState, ChoiceReply>;
type ChoiceState = {
  question: Paragraph[];
  options: Paragraph[];
  confidences: string[];
  /** Empty, or the indices of the option and of the confidence. */
  committed: number[];
  /** The index of the right option, or -1. */
  right: number;
  reveal: Paragraph[];
  error: string;
};
type ChoiceOutcome = Pick<ChoiceState, "committed" | "right" | "reveal" | "error">;
type ChoiceReply = { kind: "reply" } & ChoiceOutcome;
/** What choice.js makes of options. */
type RadioGroup = {
  fieldset: HTMLFieldSetElement;
  inputs: HTMLInputElement[];
  chosen(): number;
  choose(index: number): void;
  tell(index: number, words: string, kind: string): void;
};

// verdict.py

type VerdictModel = Model<VerdictState, VerdictReply>;
type VerdictState = {
  about: string;
  status: "passed" | "not yet" | "not attempted";
  word: string;
  text: Paragraph[];
  offers: Offer[];
  told: Told[];
};
/** What a button asks for, and the call that does the same. `closed` says why it cannot yet, "" if it can. */
type Offer = { name: string; label: string; call: string; closed: string };
type Told = { heading: Paragraph; code: string; text: Paragraph[] };
type VerdictReply = { kind: "reply"; told: Told; offers: Offer[] };

// controls.py

type Specification = RangeSpecification | NumberSpecification | ChoiceSpecification;
/** `codes` are the values as Python writes them; there may be none. */
type AnySpecification = { name: string; label: string; texts: string[]; codes: string[] };
type RangeSpecification = AnySpecification & { kind: "range"; play: boolean };
type NumberSpecification = AnySpecification & { kind: "number"; numbers: number[] };
type ChoiceSpecification = AnySpecification & { kind: "select" | "radio" | "checkbox" };

/** Called with the index of the value that the learner moved a control to. */
type Moved = (index: number) => void;
/** What controls.js makes of a specification. */
type Control = {
  row: HTMLElement;
  show(index: number): void;
  pause?(): void;
  playing?(): boolean;
};

// pictures.py

/** Tables, and pictures that name their entries by index. */
type Packed = {
  texts: string[];
  axes: Axis[];
  styles: Style[];
  /** How many numbers each array has. */
  lengths: number[];
  pictures: Picture[];
};
/** The same once its numbers are there. */
type PictureSet = Packed & { array(index: number): Float32Array };
/** A set, and the index of one of its pictures. */
type Found = [set: PictureSet, index: number];

type Picture = Drawn | Failed;
type Drawn = {
  title: number;
  description: number;
  axes: [x: number, y: number];
  layers: PackedLayer[];
  equal?: boolean;
  /** The control that the limits of the axes go with. */
  follow?: string;
  error?: undefined;
};
type Failed = { error: string; title?: undefined; description?: undefined; axes?: undefined; layers?: undefined };
type PackedLayer = [style: number, ...arrays: number[]];

type Limits = [low: number, high: number];
/** A place on an axis as a fraction of it, and what stands there. */
type Tick = { at: number; text: string };
type Axis = { label: string; limits: Limits; log: boolean; whole?: boolean; ticks?: Tick[] };
/** What the ticks of an axis depend on. */
type Scale = Omit<Axis, "label">;

type Style = CurveStyle | PointsStyle | BandStyle | LabelStyle | FieldStyle;
type NamedStyle = Exclude<Style, LabelStyle>;
type Kind = Style["kind"];
type Series = { color: string; label: string };
/** The indices of the controls that the layer stands for. */
type Movable = { moves?: number[] };
type Fixed = { moves?: undefined };
type CurveStyle = Series & Movable & { kind: "curve"; width: number; dash: number[] };
type PointsStyle = Series & Movable & { kind: "points"; marker: "filled" | "hollow"; size: number };
type BandStyle = Series & Fixed & { kind: "band"; opacity: number };
type LabelStyle = Fixed & { kind: "label"; color: string; text: string; anchor: string };
type FieldStyle = Fixed & { kind: "field"; label: string; rows: number; columns: number; range: Limits };

// layers.js, axes.js

/** A layer with its numbers, which are fractions of the axes. */
type Layer<Of extends Style = Style> = { style: Of; arrays: Float32Array[] };
type Numbers = Float32Array | number[];
/** Red, green, blue and opacity, of 255, for a fraction. */
type Ramp = (value: number) => number[];
/** The plotting area in units of the page; where there is a field, it has the ramp of its colours. */
type Plot = { width: number; height: number; top?: number; ramp?: Ramp };
/** What draws one kind of layer. */
type Drawer<Made, Of> = {
  create(): Made;
  restyle(node: Made, style: Of): void;
  update(node: Made, arrays: Numbers[], plot: Plot): void;
  swatch?(style: Of): SVGElement;
};
/** The width of a text. */
type Measure = (text: string) => number;
/** The room that a picture has: its height, or the greatest one. */
type Size = { width: number; height?: number; highest?: number };
type Layout = { left: number; top: number; height: number; plot: Plot; xTicks: Tick[]; yTicks: Tick[] };

// drag.js, readout.js

type Point = [x: number, y: number];
/** The axes that are shown, and the plotting area. */
type Frame = { axes: Axis[]; plot: Plot };
/** The style of a layer that can be dragged. */
type DragStyle = (CurveStyle | PointsStyle) & { moves: number[] };
/** What is grabbed in its place. */
type Handle = { layer: Layer<DragStyle>; style: DragStyle; node: SVGGElement };
/** What can be read: a name, and points as fractions of the axes. */
type ReadSeries = { name: string; kind: Kind; points: { x: number; y: number }[] };
type ReadPlace = [series: number, place: number];

// picture.js, export.js

/** What a file needs that is to hold the picture. */
type Figure = {
  node: Element;
  svg: SVGSVGElement;
  title: string;
  description: string;
  canvases: { canvas: HTMLCanvasElement; place: { x: number; y: number; width: number; height: number } }[];
  entries: { swatch: SVGSVGElement; text: string }[];
};

// dom.js

/** Those that are false are left out, and true is an empty one. */
type Attributes = Record<string, string | number | boolean>;
type Child = Node | string | null;
