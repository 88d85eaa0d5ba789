import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  MarkLineComponent,
  ToolboxComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([
  BarChart,
  LineChart,
  HeatmapChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  DataZoomComponent,
  ToolboxComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export type EChartProps = {
  option: echarts.EChartsCoreOption;
  height: number;
  /** Drag selects a part, double click returns. */
  zoom?: boolean;
  /** The place on the axis that was clicked. */
  onPick?: (index: number) => void;
};

/** ECharts in React; loaded only where a chart is (see Chart.tsx). */
export default function EChart({ option, height, zoom = false, onPick }: EChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    if (!host.current) return;
    const made = echarts.init(host.current);
    chart.current = made;
    made.on("click", ({ dataIndex }) => pick.current?.(dataIndex));
    made.getZr().on("dblclick", () => {
      made.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
    });
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(host.current);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: false, replaceMerge: ["series"] });
    if (!zoom) return;
    chart.current?.dispatchAction({
      type: "takeGlobalCursor",
      key: "dataZoomSelect",
      dataZoomSelectActive: true,
    });
  }, [option, zoom]);

  return <div ref={host} style={{ height }} />;
}
