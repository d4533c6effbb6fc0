// The few names that a state dict's pickle may use, and what they mean to tlpipe.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Pickle;

/// <summary>
/// Gives meaning to the globals of docs/hf-parity.md 14.7 without calling anything outside. Every number that a pickle claims
/// about a tensor is checked here, once.
/// </summary>
/// <param name="file">The file, for its size and its refusals.</param>
/// <param name="charge">Counts work beyond an opcode's own against the pickle's limit.</param>
internal sealed class TorchGlobals(TorchFile file, Action<int> charge)
{
    private const int MaxDimensions = 64;
    private const int LongestKey = 256;
    private readonly Dictionary<string, TorchStorage> storages = new(StringComparer.Ordinal);

    /// <summary>The storages named so far, by their keys.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => storages;

    /// <summary>A <see cref="PickleCallable"/>, or the <see cref="SafetensorsType"/> of a class of storages.</summary>
    /// <exception cref="InputException">No state dict needs that global.</exception>
    public object Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleCallable.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2") => PickleCallable.RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => PickleCallable.RebuildParameter,
        ("torch", "Size") => PickleCallable.Size,
        ("torch", "DoubleStorage") => SafetensorsType.F64,
        ("torch", "FloatStorage") => SafetensorsType.F32,
        ("torch", "HalfStorage") => SafetensorsType.F16,
        ("torch", "BFloat16Storage") => SafetensorsType.BF16,
        ("torch", "LongStorage") => SafetensorsType.I64,
        ("torch", "IntStorage") => SafetensorsType.I32,
        ("torch", "ShortStorage") => SafetensorsType.I16,
        ("torch", "CharStorage") => SafetensorsType.I8,
        ("torch", "ByteStorage") => SafetensorsType.U8,
        ("torch", "BoolStorage") => SafetensorsType.Bool,
        _ => throw file.Refuse(
            $"its pickle asks for the global {OneLine.Quote($"{module}.{name}")}, which no state dict of tensors needs; nothing was run",
            "do not load it with other software unless you trust its source; use the model's model.safetensors"),
    };

    /// <summary>The result of a call.</summary>
    public object Call(PickleCallable callable, object?[] arguments) => (callable, arguments) switch
    {
        (PickleCallable.OrderedDict, []) => new PickleDict(),
        (PickleCallable.OrderedDict, [List<object?> pairs]) => ToDict(pairs),
        (PickleCallable.Size, [object?[] sizes]) => sizes,
        (PickleCallable.RebuildParameter, [TorchTensor tensor, bool, PickleDict]) => tensor,
        (PickleCallable.RebuildTensor,
            [TorchStorageView view, long offset, object?[] shape, object?[] strides, bool, PickleDict or null, ..]) =>
            RebuildTensor(view, offset, shape, strides, arguments.Length),
        _ => throw file.Refuse($"its pickle calls {callable} with other arguments than PyTorch writes"),
    };

    /// <summary>The storage that a persistent id names (docs/hf-parity.md 14.3 and 14.4).</summary>
    public TorchStorageView FindStorage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", SafetensorsType type, string key, string, long count, ..] || key.Length > LongestKey)
            throw file.Refuse("its pickle holds a persistent id that names no storage");
        if (count < 0 || count > file.Length / type.Size())
            throw file.Refuse($"the storage {OneLine.Quote(key)} claims {count} elements, more than the file has");

        var storage = new TorchStorage(key, type, count);
        if (!storages.TryAdd(key, storage))
        {
            if (storages[key] != storage)
                throw file.Refuse($"the storage {OneLine.Quote(key)} is given two types or sizes");
            storage = storages[key];
        }
        return parts.Length == 5 || parts[5] is null ? new TorchStorageView(storage, 0, count) : FindView(storage, parts[5]);
    }

    private TorchStorageView FindView(TorchStorage storage, object? view)
    {
        if (view is not object?[] parts || parts is not [string, long start, long count]
            || start < 0 || count < 0 || start > storage.Count || count > storage.Count - start)
            throw file.Refuse($"a view of the storage {OneLine.Quote(storage.Key)} lies outside of it");
        return new TorchStorageView(storage, start, count);
    }

    /// <summary>The dict of a list of pairs, as Python 2 wrote an OrderedDict.</summary>
    private PickleDict ToDict(List<object?> pairs)
    {
        charge(pairs.Count);
        var dict = new PickleDict();
        foreach (var pair in pairs)
        {
            dict.Items.Add(pair switch
            {
                List<object?> and [var key, var value] => new(key, value),
                object?[] and [var key, var value] => new(key, value),
                _ => throw file.Refuse("its pickle makes an OrderedDict of what are not pairs"),
            });
        }
        return dict;
    }

    private TorchTensor RebuildTensor(TorchStorageView view, long offset, object?[] shape, object?[] strides, int arguments)
    {
        if (arguments > 7 || shape.Length != strides.Length || shape.Length > MaxDimensions)
            throw file.Refuse("its pickle rebuilds a tensor with other arguments than PyTorch writes");
        charge(2 * shape.Length);
        var sizes = Array.ConvertAll(shape, NonNegative);
        var steps = Array.ConvertAll(strides, NonNegative);
        NonNegative(offset);
        try
        {
            return Place(view, offset, sizes, steps);
        }
        catch (OverflowException)
        {
            throw file.Refuse("the numbers of a tensor's shape, strides or offset are too large");
        }
    }

    private TorchTensor Place(TorchStorageView view, long offset, long[] shape, long[] strides)
    {
        checked
        {
            if (shape.Contains(0))
                return new TorchTensor(view.Storage, 0, shape, strides, Extent: 0, Bytes: 0);
            var (last, count) = (0L, 1L);
            for (var i = 0; i < shape.Length; i++)
            {
                last += (shape[i] - 1) * strides[i];
                count *= shape[i];
            }
            if (offset + last >= view.Count)
                throw file.Refuse($"a tensor reaches past the end of its storage {OneLine.Quote(view.Storage.Key)}");
            var bytes = count * view.Storage.Type.Size();
            if (bytes > file.Length)
                throw file.Refuse($"a tensor claims {bytes} bytes, more than the file has");
            return new TorchTensor(view.Storage, view.Start + offset, shape, strides, last + 1, bytes);
        }
    }

    private long NonNegative(object? value) =>
        value is long and >= 0 ? (long)value : throw file.Refuse("a tensor's shape, strides or offset hold what is not a number from 0 up");
}
