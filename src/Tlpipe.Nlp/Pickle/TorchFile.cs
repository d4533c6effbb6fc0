// An untrusted open file: bounded reads at any position, and its refusal in one line.
using Microsoft.Win32.SafeHandles;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>Reads ranges of one file; every refusal of the file is worded here.</summary>
internal sealed class TorchFile : IDisposable
{
    private const string FetchAgain = "fetch it again, or use its model.safetensors";
    private readonly SafeFileHandle handle;
    private readonly string path;

    private TorchFile(string path, SafeFileHandle handle)
    {
        this.path = path;
        this.handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>The file's size in bytes when it was opened.</summary>
    public long Length { get; }

    /// <exception cref="InputException">The file is missing or may not be read.</exception>
    public static TorchFile Open(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        RegularFile.Require(path);
        try
        {
            return new TorchFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be opened; check its permissions", e);
        }
    }

    /// <summary>Fills <paramref name="destination"/> from a position of the file.</summary>
    /// <exception cref="InputException">The range reaches outside the file.</exception>
    public void Read(long position, Span<byte> destination)
    {
        if (position < 0 || position > Length - destination.Length)
            throw Refuse("it is cut off");
        try
        {
            while (!destination.IsEmpty)
            {
                var count = RandomAccess.Read(handle, destination, position);
                if (count == 0)
                    throw Refuse("it became shorter while it was read");
                destination = destination[count..];
                position += count;
            }
        }
        catch (IOException e)
        {
            throw new InputException($"{path} cannot be read; check its disk", e);
        }
    }

    /// <summary>The error for this file; the caller throws it.</summary>
    /// <param name="reason">What is wrong, without a final stop.</param>
    /// <param name="remedy">What the user can do.</param>
    public InputException Refuse(string reason, string remedy = FetchAgain) =>
        new($"{path} cannot be read as a PyTorch state dict: {reason}; {remedy}");

    public void Dispose() => handle.Dispose();
}
