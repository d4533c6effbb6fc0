// The element types of safetensors that tlpipe reads and writes.
namespace Tlpipe.Formats.Safetensors;

/// <summary>An element type, in the order in which safetensors ranks types when it writes a file (docs/hf-parity.md 14.1).</summary>
public enum SafetensorsType
{
    Bool,
    U8,
    I8,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
}

/// <summary>Names and sizes of element types.</summary>
public static class SafetensorsTypes
{
    /// <summary>The type's name in a file's header, such as <c>F32</c>.</summary>
    public static string Name(this SafetensorsType type) => type switch
    {
        SafetensorsType.Bool => "BOOL",
        _ => type.ToString(),
    };

    /// <summary>The size of one element in bytes.</summary>
    public static int Size(this SafetensorsType type) => type switch
    {
        SafetensorsType.Bool or SafetensorsType.U8 or SafetensorsType.I8 => 1,
        SafetensorsType.I16 or SafetensorsType.U16 or SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        SafetensorsType.I32 or SafetensorsType.U32 or SafetensorsType.F32 => 4,
        _ => 8,
    };

    /// <summary>The type that a header names, or null if tlpipe does not know it.</summary>
    public static SafetensorsType? Parse(string name)
    {
        foreach (var type in Enum.GetValues<SafetensorsType>())
            if (type.Name() == name)
                return type;
        return null;
    }
}
