"""Puts what check.sh kept of its parts together: a folder with NAME.ok, NAME.txt and NAME.err for each, the file to write, and the seconds that all took."""
import json
import pathlib
import re
import sys


def record(name, value, unit, peer="", peer_value=0.0, ratio=0.0):
    return {"name": name, "value": value, "unit": unit, "threads": 0, "peer": peer, "peer_value": peer_value, "ratio": ratio}


def products(ours, theirs):
    """Our products beside each of PyTorch's ways: speeds, and errors against float64."""
    records = []
    for way, shape, numbers in re.findall(r"^BenchmarkProducts/(\w+)/(\d+x\d+x\d+)\S*\s+\d+(.*)$", ours, re.M):
        found = {unit: float(value) for value, unit in re.findall(r"(\S+) (TFLOPS|L2error)", numbers)}
        name, peers = f"gpu/gemm/{way}/{shape}", theirs.get(shape, {})
        if not peers:
            records.append(record(name, found["TFLOPS"], "TFLOPS"))
        for how, p in peers.items():
            records.append(record(name, found["TFLOPS"], "TFLOPS", "pytorch " + how, p["tflops"], found["TFLOPS"] / p["tflops"]))
        for how, p in peers.items():
            records.append(record(name + "/error", found["L2error"], "L2", "pytorch " + how, p["error"], p["error"] / found["L2error"]))
    return records


def parsed(text):
    """The JSON in a text, or nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def main():
    work, out, seconds = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])

    def text(name, end="txt"):
        path = work / f"{name}.{end}"
        return path.read_text() if path.exists() else ""

    passed = {f.stem: json.loads(f.read_text()) for f in sorted(work.glob("*.ok"))}
    torch = parsed(text("pytorch")) or {}
    result = {
        "card": text("card").strip(),
        "torch": torch.get("torch", ""),
        "seconds": seconds,
        "passed": passed,
        "records": products(text("products"), torch.get("products", {})) + (parsed(text("bench")) or []),
        "failures": {name: (text(name) + text(name, "err"))[-4000:] for name, ok in passed.items() if ok is False},
    }
    out.write_text(json.dumps(result, indent=1) + "\n")
    print(out)


if __name__ == "__main__":
    main()
