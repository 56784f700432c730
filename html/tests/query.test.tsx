import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/api/client";
import { queryClient, useQuery } from "../src/api/query";

const root = document.createElement("div");

afterEach(() => {
  render(null, root);
  queryClient.clear();
});

function Show({ name, load }: { name: string; load: () => Promise<string> }) {
  const { data, error } = useQuery({ queryKey: ["test", name], queryFn: load, retryDelay: 1 });

  return <p>{error !== null ? `error ${error.message}` : data ?? "loading"}</p>;
}

describe("useQuery", () => {
  it("renders what comes in, and what the cache is told later", async () => {
    act(() => render(<Show name="a" load={() => Promise.resolve("first")} />, root));
    expect(root.textContent).toBe("loading");
    await vi.waitFor(() => expect(root.textContent).toBe("first"));

    act(() => {
      queryClient.setQueryData(["test", "a"], "pushed");
    });
    await vi.waitFor(() => expect(root.textContent).toBe("pushed"));
  });

  it("follows a changed key", async () => {
    act(() => render(<Show name="a" load={() => Promise.resolve("of a")} />, root));
    await vi.waitFor(() => expect(root.textContent).toBe("of a"));
    act(() => render(<Show name="b" load={() => Promise.resolve("of b")} />, root));
    await vi.waitFor(() => expect(root.textContent).toBe("of b"));
  });

  it("tries again what may pass, and only that", async () => {
    const busy = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new ApiError("SERVICE_UNAVAILABLE", 503, "busy"))
        .mockResolvedValue("back");
    const gone = vi.fn<() => Promise<string>>().mockRejectedValue(new ApiError("RESOURCE_NOT_FOUND", 404, "gone"));

    act(() => render(<Show name="busy" load={busy} />, root));
    await vi.waitFor(() => expect(root.textContent).toBe("back"));
    act(() => render(<Show name="gone" load={gone} />, root));
    await vi.waitFor(() => expect(root.textContent).toBe("error gone"));
    expect(busy).toHaveBeenCalledTimes(2);
    expect(gone).toHaveBeenCalledTimes(1);
  });

  it("lets go of the query when the component goes", async () => {
    act(() => render(<Show name="a" load={() => Promise.resolve("x")} />, root));
    await vi.waitFor(() => expect(root.textContent).toBe("x"));
    render(null, root);
    await vi.waitFor(() =>
      expect(queryClient.getQueryCache().find({ queryKey: ["test", "a"] })!.getObserversCount()).toBe(0));
  });
});
