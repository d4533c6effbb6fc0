// The name of a model on the hub.
using System.Text.RegularExpressions;

namespace Tlpipe.Stages.Hub;

/// <summary>A model's name and the revision wanted of it.</summary>
/// <param name="Repository">Such as <c>neuralmind/bert-base-portuguese-cased</c>.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
internal sealed partial record ModelName(string Repository, string Revision)
{
    public const string DefaultRevision = "main";

    /// <summary>Its folder in a cache.</summary>
    public string FolderName => "models--" + Repository.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Whether the revision is a commit, whose files never change.</summary>
    public bool IsCommit => IsCommitHash(Revision);

    public override string ToString() => Revision == DefaultRevision ? Repository : $"{Repository} at {Revision}";

    /// <summary>Whether a text can name a model of the hub, by the rules of its Python library (huggingface_hub.utils.validate_repo_id).</summary>
    public static bool IsRepository(string text) =>
        RepositoryPattern().IsMatch(text)
        && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal) && !text.EndsWith(".git", StringComparison.Ordinal);

    /// <summary>Whether a text can name a revision: it becomes a path below the cache's refs.</summary>
    public static bool IsRevision(string text) =>
        RevisionPattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && text.Split('/').All(part => part is not ("" or "."));

    public static bool IsCommitHash(string text) => CommitPattern().IsMatch(text);

    [GeneratedRegex(@"^(\b[\w\-.]+\b/)?\b[\w\-.]{1,96}\b\z", RegexOptions.ECMAScript)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^[\w\-./+@]{1,200}\z", RegexOptions.ECMAScript)]
    private static partial Regex RevisionPattern();

    [GeneratedRegex("^[0-9a-f]{40}\\z")]
    private static partial Regex CommitPattern();
}
