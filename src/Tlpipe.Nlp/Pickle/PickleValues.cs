// What a state dict's pickle can hold once it is read: plain data, never anything that runs.
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Pickle;

/// <summary>
/// A <c>dict</c> or <c>OrderedDict</c>: its items as they were set. Keys are not hashed, so a hostile pickle gains nothing
/// from long ones.
/// </summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>What a pickle may call; beside these the classes of storages, which are held as their <see cref="SafetensorsType"/>.</summary>
internal enum PickleCallable
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Size,
}

/// <summary>A run of elements that tensors lie in.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">How many elements it has; their bytes are no more than the file's.</param>
internal sealed record TorchStorage(string Key, SafetensorsType Type, long Count)
{
    public long Bytes => Count * Type.Size();
}

/// <summary>A part of a storage; nearly always all of it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Start">The part's first element.</param>
/// <param name="Count">The part's number of elements.</param>
internal sealed record TorchStorageView(TorchStorage Storage, long Start, long Count);

/// <summary>A tensor's place in its storage, already checked to lie within it.</summary>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Start">Its first element in the storage.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Strides">For each dimension how many elements of the storage lie between neighbours.</param>
/// <param name="Extent">How many elements of the storage lie between its first and its last, both included.</param>
/// <param name="Bytes">The bytes of its elements laid out contiguously; no more than the file's.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Start, long[] Shape, long[] Strides, long Extent, long Bytes);

/// <summary>A container's content: the unpickled object, and where in the file each storage begins.</summary>
internal sealed record TorchContent(object? Root, IReadOnlyDictionary<TorchStorage, long> Positions);
