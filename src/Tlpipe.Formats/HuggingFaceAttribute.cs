// The name of an option in Hugging Face's libraries.
namespace Tlpipe.Formats;

/// <summary>
/// Names the class or function of Hugging Face's libraries that has an option of the same name and meaning. On a record it stands for each
/// option that the record itself declares.
/// </summary>
/// <param name="owner">Such as <c>TrainingArguments</c>; null on an option of a marked record that Hugging Face does not have.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false)]
public sealed class HuggingFaceAttribute(string? owner) : Attribute
{
    /// <summary>The class or function, or null.</summary>
    public string? Owner { get; } = owner;
}
