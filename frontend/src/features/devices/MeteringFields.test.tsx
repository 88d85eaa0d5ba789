import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { DeviceUpdate } from "@/api/types";
import { aDevice } from "@/testing/factories";
import { show } from "@/testing/show";
import { toUpdate, valuesOf } from "./deviceForm";
import { MeteringFields } from "./MeteringFields";
import { useDeviceForm } from "./useDeviceForm";

const device = aDevice();

/** The section alone in a form: the other fields make every key slow in jsdom. */
function FormOfSection({ onSave }: { onSave: (update: DeviceUpdate) => void }) {
  const form = useDeviceForm(valuesOf(device));
  return (
    <form onSubmit={form.onSubmit((values) => onSave(toUpdate(values, device)))} noValidate>
      <MeteringFields form={form} />
      <button type="submit">Save</button>
    </form>
  );
}

async function openSection() {
  const onSave = vi.fn();
  const user = userEvent.setup();
  await show(<FormOfSection onSave={onSave} />);
  const section = screen.getByRole("button", { name: "Advanced: how this meter counts" });
  expect(section).toHaveAttribute("aria-expanded", "false");
  await user.click(section);
  return { user, onSave, section };
}

describe("the section on how a meter counts", () => {
  it("changes the highest power, the interval and the stamp", async () => {
    const { user, onSave } = await openSection();
    const power = screen.getByLabelText(/Highest plausible power/);
    expect(power).toHaveAccessibleDescription(/marked suspicious/);
    await user.clear(power);
    await user.type(power, "17.25");
    await user.type(screen.getByLabelText(/Interval of a reading/), "60");
    await user.click(screen.getByLabelText("the end of the interval"));
    await user.click(screen.getByText("Save"));
    expect(onSave).toHaveBeenCalledExactlyOnceWith({
      max_power_kw: 17.25,
      interval_minutes: 60,
      stamp: "end",
    });
  });

  it("opens when one of its fields is wrong", async () => {
    const { user, onSave, section } = await openSection();
    const interval = screen.getByLabelText(/Interval of a reading/);
    await user.type(interval, "1441");
    await user.click(section);
    await user.click(screen.getByText("Save"));
    expect(section).toHaveAttribute("aria-expanded", "true");
    expect(interval).toHaveAccessibleDescription(/Enter whole minutes from 1 to 1440/);
    expect(onSave).not.toHaveBeenCalled();
  });
});
