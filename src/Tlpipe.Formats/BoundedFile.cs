// Reads small files whole, up to a limit for each kind of file.
namespace Tlpipe.Formats;

/// <summary>Reads a file up to a size limit that no genuine file of its kind exceeds, regardless of its claimed length.</summary>
internal static class BoundedFile
{
    /// <summary>The limit for config.json and similar files.</summary>
    public const int Settings = 16 << 20;

    /// <summary>The limit for a vocabulary, a tokenizer.json or an index of shards.</summary>
    public const int Vocabulary = 64 << 20;

    /// <exception cref="InputException">The file is larger, or cannot be read.</exception>
    public static byte[] ReadBytes(string path, int limit)
    {
        try
        {
            using var stream = RegularFile.Open(path, bufferSize: 1);
            if (stream.Length > limit)
                throw TooLarge(path, limit);
            using var content = new MemoryStream((int)Math.Clamp(stream.Length, 0, limit));
            var buffer = new byte[64 << 10];
            for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
            {
                if (content.Length + count > limit)
                    throw TooLarge(path, limit);
                content.Write(buffer, 0, count);
            }
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read ({e.Message}); see that it is there and readable", e);
        }
    }

    private static InputException TooLarge(string path, int limit) =>
        new($"{path} has more than {limit >> 20} MiB, which no such file has; take it from the model's source again");
}
