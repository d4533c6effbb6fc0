// The digests of files that have not changed since they were last read, so that a large input is not read again in every run.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tlpipe.Engine.Files;

/// <summary>
/// Remembers the SHA-256 of a file under its <see cref="FileState"/>. It belongs to one user on one machine and is not in a store, which other
/// machines may share: device and inode numbers are valid here only. Losing it costs only time, so any damage
/// to it counts as a missing entry.
/// </summary>
/// <remarks>
/// A file that changed shortly before it was checked, or in the future, is not remembered: the clock of a file system goes in ticks (some
/// milliseconds; two seconds on FAT), and a second change within the same tick would leave the same times. Once a file is older than
/// that, every later change gives it other times.
/// The file is a sequence of records of <see cref="RecordBytes"/> bytes, each with a checksum; later records win. Processes append
/// to it at the same time (O_APPEND); it is rewritten, under another name first, when much of it is out of date. A check is made when
/// its record is asked for: making all of them at the start would cost more than reading a small input again.
/// </remarks>
public sealed class StatCache
{
    /// <summary>The least age of a file's last change for it to be remembered: 3 seconds.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);

    private const int StateBytes = 40;
    private const int HashBytes = 32;
    private const int CheckBytes = 8;
    private const int RecordBytes = StateBytes + HashBytes + CheckBytes;
    private const int MostFiles = 200_000;
    private const int FewRecords = 1000;
    private static readonly byte[] Form = "tlpipe stat cache 1"u8.ToArray();
    private static readonly Lazy<StatCache> User = new(() => new StatCache(UserFile(), TimeProvider.System));

    private readonly Lock turn = new();
    private readonly string? path;
    private readonly TimeProvider clock;
    private readonly List<byte[]> unwritten = [];

    // The offset of a file's last record. If two files share a slot, the later record counts, and a lookup of the other file finds no record
    // of its state.
    private Dictionary<ulong, int>? known;
    private byte[] records = [];
    private int length;

    internal StatCache(string? path, TimeProvider clock)
    {
        this.path = path;
        this.clock = clock;
    }

    /// <summary>
    /// The cache of the user who runs this process: <c>$XDG_CACHE_HOME/tlpipe/</c>, else <c>~/.cache/tlpipe/</c>. If there is neither,
    /// nothing is remembered.
    /// </summary>
    public static StatCache OfThisUser => User.Value;

    /// <summary>The SHA-256 of a file in that state, 64 hexadecimal digits; null if it is unknown.</summary>
    internal string? Find(FileState state)
    {
        lock (turn)
        {
            known ??= Load();
            if (!known.TryGetValue(PlaceOf(state.Device, state.Inode), out var at) || StateIn(RecordAt(at)) != state)
                return null;
            if (IsSound(RecordAt(at)))
                return Convert.ToHexStringLower(RecordAt(at).Slice(StateBytes, HashBytes));
            known = Sift();
            return null;
        }
    }

    /// <summary>Whether a file in that state could still change undetected, if checked now.</summary>
    internal bool IsDoubtful(FileState state)
    {
        var now = clock.GetUtcNow();
        return IsRecent(state.Modified) || IsRecent(state.Changed);

        bool IsRecent(long nanoseconds) => now - DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick) < Doubt;
    }

    /// <summary>Writes a file to its disk, so that each later change gives it other times; false if that cannot be made sure.</summary>
    internal Func<string, bool> Settle { get; init; } = Posix.TrySync;

    /// <summary>Remembers a digest, until <see cref="Flush"/> in memory only.</summary>
    /// <param name="state">A state that was not <see cref="IsDoubtful"/> before the file was read, and was the same afterwards.</param>
    /// <param name="sha256">The SHA-256, 64 hexadecimal digits.</param>
    internal void Remember(FileState state, string sha256)
    {
        var hash = Convert.FromHexString(sha256);
        lock (turn)
        {
            known ??= Load();
            var record = Record(state, hash);
            if (length + RecordBytes > records.Length)
                Array.Resize(ref records, Math.Max(2 * records.Length, 16 * RecordBytes));
            record.CopyTo(records, length);
            known[PlaceOf(state.Device, state.Inode)] = length;
            length += RecordBytes;
            unwritten.Add(record);
        }
    }

    /// <summary>Appends what was remembered to the file, for other processes and later ones.</summary>
    internal void Flush()
    {
        lock (turn)
        {
            if (unwritten.Count == 0 || path is null)
                return;
            Quietly(() =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var file = Posix.OpenToAppend(path);
                RandomAccess.Write(file, unwritten.SelectMany(r => r).ToArray(), RandomAccess.GetLength(file));
            });
            unwritten.Clear();
        }
    }

    private Dictionary<ulong, int> Load()
    {
        if (path is not null)
            Quietly(() => records = File.ReadAllBytes(path));
        length = records.Length;
        var places = new Dictionary<ulong, int>(length / RecordBytes);
        for (var at = 0; at + RecordBytes <= length; at += RecordBytes)
            places[PlaceIn(RecordAt(at))] = at;
        return length % RecordBytes != 0 || length / RecordBytes > (2 * places.Count) + FewRecords || places.Count > MostFiles ? Sift() : places;
    }

    /// <summary>Keeps the intact and current records, in memory and in the file.</summary>
    private Dictionary<ulong, int> Sift()
    {
        var last = new Dictionary<ulong, int>();
        for (var at = 0; at + RecordBytes <= length; at += RecordBytes)
            if (IsSound(RecordAt(at)))
                last[PlaceIn(RecordAt(at))] = at;
        var kept = last.Values.Order().TakeLast(last.Count > MostFiles ? MostFiles / 2 : MostFiles).ToList();
        var sifted = new byte[kept.Count * RecordBytes];
        var places = new Dictionary<ulong, int>();
        foreach (var at in kept)
        {
            var place = places.Count * RecordBytes;
            RecordAt(at).CopyTo(sifted.AsSpan(place));
            places[PlaceIn(RecordAt(at))] = place;
        }
        (records, length) = (sifted, sifted.Length);
        // Records that are not appended yet are among them.
        unwritten.Clear();
        Quietly(() =>
        {
            if (path is null)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var draft = $"{path}.{Guid.NewGuid():n}";
            File.WriteAllBytes(draft, sifted);
            File.Move(draft, path, overwrite: true);
        });
        return places;
    }

    private ReadOnlySpan<byte> RecordAt(int at) => records.AsSpan(at, RecordBytes);

    private static byte[] Record(FileState state, byte[] hash)
    {
        var record = new byte[RecordBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, state.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8), state.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(16), state.Size);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), state.Modified);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), state.Changed);
        hash.CopyTo(record, StateBytes);
        Check(record, record.AsSpan(StateBytes + HashBytes));
        return record;
    }

    private static ulong PlaceIn(ReadOnlySpan<byte> record) =>
        PlaceOf(BinaryPrimitives.ReadUInt64LittleEndian(record), BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));

    /// <summary>Combines a file's two numbers. Knuth's multiplier (2^64 over the golden ratio) separates the inodes of two file systems, which both start low.</summary>
    private static ulong PlaceOf(ulong device, ulong inode) => inode ^ (device * 0x9E3779B97F4A7C15);

    private static FileState StateIn(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(record),
        BinaryPrimitives.ReadUInt64LittleEndian(record[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[32..]));

    private static bool IsSound(ReadOnlySpan<byte> record)
    {
        Span<byte> check = stackalloc byte[CheckBytes];
        Check(record, check);
        return check.SequenceEqual(record[^CheckBytes..]);
    }

    private static void Check(ReadOnlySpan<byte> record, Span<byte> check)
    {
        Span<byte> text = stackalloc byte[Form.Length + StateBytes + HashBytes];
        Form.CopyTo(text);
        record[..(StateBytes + HashBytes)].CopyTo(text[Form.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        hash[..CheckBytes].CopyTo(check);
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be remembered is read again.
        }
    }

    private static string? UserFile()
    {
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var home = Environment.GetEnvironmentVariable("HOME");
        var folder = Path.IsPathRooted(named) ? named : Path.IsPathRooted(home) ? Path.Combine(home, ".cache") : null;
        // A home may be shared by several machines.
        return folder is null ? null : Path.Combine(folder, "tlpipe", $"stat-{Environment.MachineName}");
    }
}
