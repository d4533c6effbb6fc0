// A disk that keeps only what was synced: records the store's steps and reproduces the state that a power loss after any of them may leave.
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

/// <summary>How much unsynced data has reached the disk nevertheless.</summary>
public enum Kept
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>All names, but no bytes: files that were never synced are empty.</summary>
    Names,

    /// <summary>Keeps a random number of the first changes to each folder's names, and the first half of each file's bytes.</summary>
    Some,
}

/// <summary>
/// Executes every step, and keeps a model of the disk: for each folder the names that were synced, for each file
/// the bytes that were synced. Folders and files are numbered as inodes are, so that a rename changes a name and not a file.
/// </summary>
internal sealed class ForgetfulDisk : IStoreFiles
{
    private const int RootFolder = 0;
    private readonly PosixFiles real = PosixFiles.Instance;
    private readonly string root;
    private readonly List<Node> nodes = [new Node { IsFolder = true }];

    public ForgetfulDisk(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
    }

    /// <summary>Called after each step.</summary>
    public Action<ForgetfulDisk> AfterStep { get; set; } = _ => { };

    /// <summary>Syncs that the disk only pretends to do, by path below the disk.</summary>
    public Predicate<string> Ignores { get; init; } = _ => false;

    public void CreateFolder(string path)
    {
        real.CreateFolder(path);
        FolderAt(path);
        AfterStep(this);
    }

    public byte[] Read(string path) => real.Read(path);

    public void Write(string path, byte[] bytes)
    {
        real.Write(path, bytes);
        var (parent, name) = Place(path);
        Name(parent, name, Add(isFolder: false));
        AfterStep(this);
    }

    public (string Sha256, long Size) Hash(string path) => real.Hash(path);

    public (string Sha256, long Size) Copy(string from, string to)
    {
        var copied = real.Copy(from, to);
        var (parent, name) = Place(to);
        Name(parent, name, Add(isFolder: false));
        AfterStep(this);
        return copied;
    }

    public void MakeReadOnly(string path) => real.MakeReadOnly(path);

    public void BeginSync(string path) => real.BeginSync(path);

    public void Sync(string path)
    {
        if (Ignores(Path.GetRelativePath(root, path)))
            return;
        var node = nodes[NodeAt(path)];
        if (node.IsFolder)
        {
            node.Lasting = new Dictionary<string, int>(node.Names);
            node.Pending.Clear();
        }
        else
        {
            node.Bytes = File.ReadAllBytes(path);
        }
        AfterStep(this);
    }

    public bool TryRename(string from, string to)
    {
        if (!real.TryRename(from, to))
            return false;
        var node = NodeIn(Place(from));
        Name(Place(from).Parent, Place(from).Name, null);
        Name(Place(to).Parent, Place(to).Name, node);
        AfterStep(this);
        return true;
    }

    public bool TryLink(string existing, string name)
    {
        if (!real.TryLink(existing, name))
            return false;
        Name(Place(name).Parent, Place(name).Name, NodeIn(Place(existing)));
        AfterStep(this);
        return true;
    }

    public void DeleteFolder(string path)
    {
        real.DeleteFolder(path);
        Name(Place(path).Parent, Place(path).Name, null);
        AfterStep(this);
    }

    /// <summary>Reproduces in a folder the disk's content after a power loss at this point.</summary>
    public void LosePower(string into, Kept kept, Random chance) => Lay(RootFolder, into, kept, chance);

    private void Lay(int number, string path, Kept kept, Random chance)
    {
        var node = nodes[number];
        if (!node.IsFolder)
        {
            var bytes = node.Bytes ?? [];
            File.WriteAllBytes(path, node.Bytes is null && kept == Kept.Some ? new byte[chance.Next(40)] : bytes);
            return;
        }
        Directory.CreateDirectory(path);
        var names = kept == Kept.Names ? node.Names : new Dictionary<string, int>(node.Lasting);
        if (kept == Kept.Some)
        {
            foreach (var (name, to) in node.Pending.Take(chance.Next(node.Pending.Count + 1)))
            {
                if (to is { } there)
                    names[name] = there;
                else
                    names.Remove(name);
            }
        }
        foreach (var (name, child) in names)
            Lay(child, Path.Combine(path, name), kept, chance);
    }

    private void Name(int folder, string name, int? node)
    {
        if (node is { } there)
            nodes[folder].Names[name] = there;
        else
            nodes[folder].Names.Remove(name);
        nodes[folder].Pending.Add((name, node));
    }

    private int Add(bool isFolder)
    {
        nodes.Add(new Node { IsFolder = isFolder });
        return nodes.Count - 1;
    }

    private (int Parent, string Name) Place(string path) => (FolderAt(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private int FolderAt(string path)
    {
        var at = RootFolder;
        foreach (var name in Path.GetRelativePath(root, path).Split('/').Where(n => n != "."))
        {
            if (!nodes[at].Names.TryGetValue(name, out var next))
                Name(at, name, next = Add(isFolder: true));
            at = next;
        }
        return at;
    }

    private int NodeAt(string path) => Directory.Exists(path) ? FolderAt(path) : NodeIn(Place(path));

    // A file that a stage wrote without the store is seen here for the first time: nothing of it is on the disk.
    private int NodeIn((int Parent, string Name) place)
    {
        if (!nodes[place.Parent].Names.TryGetValue(place.Name, out var node))
            Name(place.Parent, place.Name, node = Add(isFolder: false));
        return node;
    }

    private sealed class Node
    {
        public required bool IsFolder { get; init; }

        public Dictionary<string, int> Names { get; } = [];

        public Dictionary<string, int> Lasting { get; set; } = [];

        public List<(string Name, int? To)> Pending { get; } = [];

        public byte[]? Bytes { get; set; }
    }
}
