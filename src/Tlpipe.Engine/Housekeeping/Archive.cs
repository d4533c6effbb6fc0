// Results as one file: written by one store, read by another.
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>The results that were exported to an archive or imported from one.</summary>
/// <param name="Results">Results that are new in it.</param>
/// <param name="Known">Results that the store had already.</param>
/// <param name="Blobs">Blobs that are new.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Keys">All its results, with the stages they were exported as.</param>
public sealed record ArchiveOutcome(int Results, int Known, int Blobs, long Bytes, IReadOnlyList<RootedKey> Keys);

/// <summary>
/// A tar file: <c>tlpipe-archive</c> says its version, then come <c>cas/ab/&lt;sha256&gt;</c>, then <c>results/ab/&lt;key&gt;.json</c>, then
/// <c>stages</c>, a line <c>key stage</c> for each result, which is the end: an archive without it was cut off.
/// </summary>
public static class Archive
{
    private const string HeadName = "tlpipe-archive";
    private const string StagesName = "stages";
    private const int Version = 1;
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes results into a file, each after its inputs if they are among <paramref name="entries"/>. Every byte is verified on the way.</summary>
    /// <exception cref="DamagedResultException">A blob is damaged; it has been moved aside and no file is written.</exception>
    /// <exception cref="PipelineException">The file cannot be written.</exception>
    public static ArchiveOutcome Export(ResultStore store, IReadOnlyList<InventoryEntry> entries, string file)
    {
        var draft = $"{file}.{Guid.NewGuid():n}.part";
        using var root = store.BeginRun(RunNote.Now("export", file));
        foreach (var entry in entries)
            root.Add(entry.Result.Key, entry.Stage);
        try
        {
            var outcome = WriteTo(store, entries, draft);
            Posix.Sync(draft);
            Posix.Rename(draft, file);
            return outcome;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.BadArchive, $"{file} cannot be written: {e.Message}");
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Reads an archive into a store: all blobs, each verified, then the records. Results that the store already has are unchanged.</summary>
    /// <exception cref="PipelineException">The file is damaged, cut off or not an archive. Only blobs that no result has were added to the store.</exception>
    public static ArchiveOutcome Import(ResultStore store, string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
            DiskSpace.Check(store.Root, stream.Length, $"the import of {Path.GetFileName(file)}");
            return new Reading(store, file).From(stream);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Bad(file, "is damaged or cut off");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.BadArchive, $"{file} cannot be read: {e.Message.TrimEnd('.')}");
        }
        catch (IOException e)
        {
            throw new PipelineException(null, ErrorCode.Store, $"{file} cannot be imported into {store.Root}: {e.Message}");
        }
    }

    private static ArchiveOutcome WriteTo(ResultStore store, IReadOnlyList<InventoryEntry> entries, string draft)
    {
        using var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        Write(tar, HeadName, Utf8($"{Version.ToString(CultureInfo.InvariantCulture)}\n"));
        var written = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var (key, blob) in entries.SelectMany(e => e.Blobs.Select(b => (e.Result.Key, b))))
        {
            if (!written.Add(blob.Sha256))
                continue;
            if (!store.Blobs.Has(blob))
                throw new DamagedResultException(key, blob.Sha256, blob.Path);
            using var content = new HashedStream(File.OpenRead(store.BlobPath(blob)), blob.Size);
            tar.WriteEntry(Entry(BlobStore.NameOf(blob.Sha256), content));
            if (content.Sha256 != blob.Sha256)
            {
                store.Verify(key, "export", blob);
                throw new DamagedResultException(key, blob.Sha256, blob.Path);
            }
            bytes += blob.Size;
        }
        foreach (var entry in entries)
            Write(tar, ResultStore.RecordName(entry.Result.Key), ResultRecord.Write(entry.Result));
        var keys = entries.Select(e => new RootedKey(e.Result.Key, e.Stage)).ToList();
        Write(tar, StagesName, Utf8(string.Concat(keys.Select(k => $"{k.Key} {k.Stage}\n"))));
        return new ArchiveOutcome(entries.Count, 0, written.Count, bytes, keys);
    }

    private static void Write(TarWriter tar, string name, byte[] content) => tar.WriteEntry(Entry(name, new MemoryStream(content)));

    // The same results give the same bytes in every export.
    private static PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static PipelineException Bad(string file, string what) =>
        new(null, ErrorCode.BadArchive, $"{file} {what}; export it again ('tlpipe cache export')");

    /// <summary>One import: entries in the order in which they come.</summary>
    private sealed class Reading(ResultStore store, string file)
    {
        private readonly List<StoredResult> results = [];
        private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);
        private readonly List<string> added = [];
        private long addedBytes;

        public ArchiveOutcome From(Stream stream)
        {
            using var scratch = store.CreateScratch();
            using var limited = new ArchiveStream(stream);
            using var tar = new TarReader(limited);
            if (Next(tar, limited) is not { Name: HeadName } head || !int.TryParse(Text(head), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                throw Bad(file, "is no archive of tlpipe's");
            if (version > Version)
                throw new PipelineException(null, ErrorCode.BadArchive, $"{file} has version {version}, and this tlpipe knows versions up to {Version}; update tlpipe");
            List<RootedKey>? stages = null;
            while (stages is null && Next(tar, limited) is { } entry)
            {
                var parts = entry.Name.Split('/');
                if (parts is ["cas", _, var sha256] && StoreNames.IsSha256(sha256))
                    AddBlob(entry, sha256, scratch);
                else if (parts is ["results", _, var record] && record.EndsWith(".json", StringComparison.Ordinal))
                    results.Add(store.ReadRecord(Bytes(entry), record[..^5]) ?? throw Bad(file, $"has a record that is damaged or not one of its stage, {record}"));
                else if (entry.Name == StagesName)
                    stages = ReadStages(Text(entry));
                else
                    throw Bad(file, $"contains an entry that is not tlpipe's, {OneLine.Quote(entry.Name)}");
            }
            return Publish(stages ?? throw Bad(file, "is cut off"), scratch);
        }

        private TarEntry? Next(TarReader tar, ArchiveStream stream)
        {
            try
            {
                return stream.WithinLimit(tar.GetNextEntry);
            }
            catch (InvalidOperationException)
            {
                // The library's word for a header whose size no header has.
                throw Bad(file, "is damaged or cut off");
            }
        }

        private void AddBlob(TarEntry entry, string sha256, ScratchFolder scratch)
        {
            // Once its content is disposed of, an entry does not know its length any more.
            var length = entry.Length;
            sizes[sha256] = length;
            // An existing one has the right size, and is verified when it is used.
            if (store.Blobs.HasAsClaimed(new StoredFile(sha256, sha256, length)))
                return;
            var path = Path.Combine(scratch.Path, sha256);
            using (var content = new HashedStream(entry.DataStream ?? Stream.Null, length))
            {
                using (var target = File.Create(path))
                    content.CopyTo(target, BufferBytes);
                if (content.Sha256 != sha256)
                    throw Bad(file, $"is damaged: the blob {sha256[..12]} has other bytes than it should");
            }
            store.Blobs.Add(sha256, path, scratch);
            added.Add(sha256);
            addedBytes += length;
            CrashPoint.Pass(CrashPoint.ImportBlobAdded);
        }

        private ArchiveOutcome Publish(List<RootedKey> stages, ScratchFolder scratch)
        {
            var blobs = results.SelectMany(r => r.Outputs.Values).SelectMany(o => o.Files).ToList();
            if (blobs.Find(b => !sizes.TryGetValue(b.Sha256, out var size) || size != b.Size) is { } missing)
                throw Bad(file, $"lacks the file {missing.Path}");
            // Imported results count as used by a run; otherwise the next collection would remove them.
            using var root = store.BeginRun(RunNote.Now("import", Path.GetFullPath(file)));
            foreach (var stage in stages)
                root.Add(stage.Key, stage.Stage);
            store.Blobs.Sync(blobs.Select(b => b.Sha256));
            CrashPoint.Pass(CrashPoint.ImportBlobsSynced);
            var published = 0;
            // A result's inputs come before it.
            foreach (var result in results.Where(r => store.Find(r.Key) is null))
            {
                store.WriteRecord(result, scratch, replace: false);
                published++;
                CrashPoint.Pass(CrashPoint.ImportRecordNamed);
            }
            return new ArchiveOutcome(published, results.Count - published, added.Count, addedBytes, stages);
        }

        private List<RootedKey> ReadStages(string text)
        {
            var stages = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToList();
            if (stages.Any(s => s.Length < 2) || !stages.Select(s => s[0]).Order(StringComparer.Ordinal).SequenceEqual(results.Select(r => r.Key).Order(StringComparer.Ordinal)))
                throw Bad(file, "is damaged: its list of stages is not that of its results");
            return [.. stages.Select(s => new RootedKey(s[0], s[1]))];
        }

        private string Text(TarEntry entry) => Encoding.UTF8.GetString(Bytes(entry)).TrimEnd('\n');

        private byte[] Bytes(TarEntry entry)
        {
            if (entry.Length > RecordRules.LongestRecord)
                throw Bad(file, $"has a record of {entry.Length} bytes");
            var bytes = new byte[entry.Length];
            (entry.DataStream ?? Stream.Null).ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashedStream(Stream inner, long length) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        /// <summary>SHA-256 of the bytes read so far; call it once.</summary>
        public string Sha256 => Convert.ToHexStringLower(hash.GetHashAndReset());

        public override bool CanRead => true;

        // A tar entry's size stands before its bytes, so the writer asks for it.
        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            hash.AppendData(buffer[..read]);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                hash.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
