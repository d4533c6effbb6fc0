// One fault of a disk, of a person or of another program, in a file.
namespace Tlpipe.Benchmarks;

/// <summary>Faults, drawn from one generator.</summary>
internal static class FileFault
{
    /// <summary>Does something to one of these files, or to two.</summary>
    /// <returns>The files that it met.</returns>
    public static IReadOnlyList<string> Do(Random chance, IReadOnlyList<string> files)
    {
        if (files.Count == 0)
            return [];
        var file = files[chance.Next(files.Count)];
        switch (chance.Next(8))
        {
            case 0:
                File.Delete(file);
                return [file];
            case 1:
                var other = files[chance.Next(files.Count)];
                var (one, two) = (File.ReadAllBytes(file), File.ReadAllBytes(other));
                Write(file, two);
                Write(other, one);
                return [file, other];
            case 2:
                File.Delete(file);
                Directory.CreateDirectory(file);
                return [file];
            default:
                Change(chance, file);
                return [file];
        }
    }

    /// <summary>Changes a file's bytes, or how many there are.</summary>
    public static void Change(Random chance, string file)
    {
        var bytes = File.ReadAllBytes(file);
        switch (bytes.Length == 0 ? 4 : chance.Next(5))
        {
            case 0:
                bytes = bytes[..chance.Next(bytes.Length)];
                break;
            case 1:
                bytes.AsSpan(chance.Next(bytes.Length)).Clear();
                break;
            case 2:
                chance.NextBytes(bytes.AsSpan(chance.Next(bytes.Length)));
                break;
            case 3:
                bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));
                break;
            default:
                bytes = [.. bytes, (byte)chance.Next(256)];
                break;
        }
        Write(file, bytes);
    }

    private static void Write(string file, byte[] bytes)
    {
        var time = File.GetLastWriteTimeUtc(file);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(file, bytes);
        // As on a disk that rots: the time stays.
        File.SetLastWriteTimeUtc(file, time);
    }
}
