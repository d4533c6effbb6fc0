// The records of a CSV file, one after another.
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Cuts text into records and fields by the rules of pandas' C parser: a quote opens a quoted field only at a field's beginning,
/// a doubled one inside it stands for itself, line breaks inside it belong to it, and lines of nothing but spaces and tabs
/// are passed over.
/// </summary>
/// <param name="text">The file's text.</param>
/// <param name="dialect">How it is written.</param>
/// <param name="path">Its name in messages.</param>
internal sealed class CsvRecords(DecodedText text, CsvDialect dialect, string path)
{
    private const int MostFields = 100_000;

    private readonly StringBuilder field = new();
    private readonly char[] buffer = new char[64 * 1024];
    private int length;
    private int at;
    private int line = 1;
    private int column;
    private bool atLineStart;

    private enum State
    {
        RecordStart,
        FieldStart,
        InField,
        InQuotes,
        QuoteInQuotes,
    }

    /// <summary>The fields of the last record; the list is used again for the next.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>Where the last record's fields begin: line and column, from 1.</summary>
    public List<(int Line, int Column)> Places { get; } = [];

    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InputException">A quote is not closed, or bytes are invalid in the encoding.</exception>
    public bool Read()
    {
        Fields.Clear();
        Places.Clear();
        field.Clear();
        var state = State.RecordStart;
        while (true)
        {
            var next = Next();
            if (next < 0)
                return End(state);
            var c = (char)next;
            if (state == State.RecordStart)
            {
                if (IsLineBreak(c))
                {
                    field.Clear();
                    Places.Clear();
                    continue;
                }
                if (Places.Count == 0)
                    Places.Add((line, column));
                if (IsBlank(c))
                {
                    Append(c);
                    continue;
                }
                state = field.Length == 0 ? State.FieldStart : State.InField;
            }
            if (state == State.InQuotes)
            {
                if (c == dialect.Escape)
                    Escaped();
                else if (c == dialect.Quote)
                    state = State.QuoteInQuotes;
                else
                    Append(c);
                continue;
            }
            if (state == State.QuoteInQuotes && c == dialect.Quote)
            {
                Append(c);
                state = State.InQuotes;
            }
            else if (c == dialect.Delimiter)
            {
                EndField();
                Places.Add((line, column + 1));
                state = State.FieldStart;
            }
            else if (IsLineBreak(c))
            {
                EndField();
                return true;
            }
            else if (state == State.FieldStart && c == dialect.Quote)
            {
                state = State.InQuotes;
            }
            else
            {
                if (c == dialect.Escape)
                    Escaped();
                else
                    Append(c);
                state = State.InField;
            }
        }
    }

    private bool End(State state)
    {
        if (state == State.RecordStart)
            return false;
        if (state == State.InQuotes)
            throw new InputException($"{path}:{Places[^1].Line}:{Places[^1].Column}: a quoted field begins here and never ends; close its quote, or set quote to what the file uses");
        EndField();
        return true;
    }

    private bool IsBlank(char c) => (c is ' ' or '\t') && c != dialect.Delimiter && c != dialect.Quote && c != dialect.Escape;

    private void Append(char c)
    {
        if (field.Length == DecodedText.Longest)
            throw new InputException($"{path}:{Places[^1].Line}:{Places[^1].Column}: a field with more than {DecodedText.Longest:N0} characters begins here; close its quote, or set quote and delimiter to what the file uses");
        field.Append(c);
    }

    private void EndField()
    {
        if (Fields.Count == MostFields)
            throw new InputException($"{path}:{Places[0].Line}: the record that begins here has more than {MostFields:N0} fields; set delimiter to what the file uses");
        Fields.Add(field.ToString());
        field.Clear();
    }

    private void Escaped()
    {
        var next = Next();
        if (next >= 0)
            Append((char)next);
    }

    /// <summary>CR LF and CR alone end a line as LF does; inside quotes they stay as they are.</summary>
    private bool IsLineBreak(char c)
    {
        if (c == '\n')
            return true;
        if (c != '\r')
            return false;
        if (Peek() == '\n')
            Next();
        else
            (line, column) = (line + 1, 0);
        return true;
    }

    private int Peek() => at < length || Fill() ? buffer[at] : -1;

    private int Next()
    {
        if (at == length && !Fill())
            return -1;
        var c = buffer[at++];
        if (atLineStart)
            (line, column) = (line + 1, 0);
        atLineStart = c == '\n';
        column++;
        return c;
    }

    private bool Fill()
    {
        length = text.Read(buffer, 0, buffer.Length);
        at = 0;
        if (!text.IsCut || length > 0)
            return length > 0;
        var (line, column) = atLineStart ? (this.line + 1, 1) : (this.line, this.column + 1);
        throw new InputException($"{path}:{line}:{column}: bytes here are not text in the file's encoding; set encoding to the one it was written in, such as latin-1");
    }
}
