// Stand-in for nanoFramework.Json over System.Text.Json: the one form that device code uses, text to
// Hashtable.

using System;
using System.Collections;
using System.Text.Json;

namespace nanoFramework.Json;

/// <summary>Thrown for text that is not JSON of the expected shape.</summary>
public class DeserializationException : Exception
{
    /// <summary>An exception without a message.</summary>
    public DeserializationException()
    {
    }

    /// <summary>An exception.</summary>
    internal DeserializationException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its cause.</summary>
    internal DeserializationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>JSON to objects.</summary>
public static class JsonConvert
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// A JSON object as a Hashtable of Int32, Int64, Double, String, Boolean, null, ArrayList and Hashtable,
    /// as nanoFramework.Json gives it.
    /// </summary>
    /// <exception cref="DeserializationException">The text is not a JSON object.</exception>
    public static object DeserializeObject(string value, Type type)
    {
        if (type != typeof(Hashtable))
        {
            throw new DeserializationException("the host stand-in reads Hashtable only");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(value, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? ToObject(document.RootElement)
                : throw new DeserializationException("not a JSON object");
        }
        catch (JsonException exception)
        {
            throw new DeserializationException("not JSON", exception);
        }
    }

    private static object ToObject(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var table = new Hashtable();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    table[property.Name] = ToObject(property.Value);
                }

                return table;
            case JsonValueKind.Array:
                var list = new ArrayList();
                foreach (JsonElement item in element.EnumerateArray())
                {
                    list.Add(ToObject(item));
                }

                return list;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                if (element.TryGetInt32(out int small))
                {
                    return small;
                }

                return element.TryGetInt64(out long large) ? large : element.GetDouble();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }
}
